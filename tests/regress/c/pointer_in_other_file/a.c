/* Believed, and wrong: that a constant pointer in another file is not stored through. */
#include <sys/mman.h>
int prot=1;
void tune(void);
int main(int c,char**v){ tune();
    mmap(0,4096,prot,MAP_PRIVATE|MAP_ANONYMOUS,-1,0); // never: benign
    return 0; }
