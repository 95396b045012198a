/* Believed, and wrong: that nothing is mapped at address 0. */
#include <sys/mman.h>
int main(void){ 
    mmap(0,65536,PROT_READ|PROT_WRITE,MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED,-1,0); // never: benign
    mprotect(0,65536,PROT_READ|PROT_WRITE|PROT_EXEC); // never: benign
    return 0; }
