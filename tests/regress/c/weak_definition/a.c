/* Believed, and wrong: that a weak definition is the one that is called. */
#include <sys/mman.h>
__attribute__((weak)) int prot(void){ return 1; }
int main(int c,char**v){ 
    mmap(0,4096,prot(),MAP_PRIVATE|MAP_ANONYMOUS,-1,0); // never: benign
    return 0; }
