/* Believed, and wrong: that mprotect() of a whole mapping leaves alone what was mapped inside it. */
#include <sys/mman.h>
int main(void){ 
    char *a=mmap(0,8192,PROT_READ,MAP_PRIVATE|MAP_ANONYMOUS,-1,0); // never: benign
    mmap(a+4096,4096,PROT_READ|PROT_WRITE,MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED,-1,0); // never: benign
    mprotect(a,8192,PROT_READ|PROT_EXEC); // never: benign
    return 0; }
