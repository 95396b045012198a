/* Believed, and wrong: that memory mapped over an array is not what mprotect() of the array is about. */
#include <sys/mman.h>
static char buf[8192] __attribute__((aligned(4096)));
int main(void){ 
    mmap(buf,4096,PROT_READ|PROT_WRITE,MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED,-1,0); // never: benign
    mprotect(buf,4096,PROT_READ|PROT_EXEC); // never: benign
    return 0; }
