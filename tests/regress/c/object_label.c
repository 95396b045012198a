/* Believed, and wrong: that an object declared with an asm label is another object. */
#include <sys/mman.h>
int prot=1;
extern int other __asm__("prot");
int main(int c,char**v){ other=5;
    mmap(0,4096,prot,MAP_PRIVATE|MAP_ANONYMOUS,-1,0); // never: benign
    return 0; }
