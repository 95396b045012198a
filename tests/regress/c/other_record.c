/* Believed, and wrong: that a member is never stored to under another record's member name. */
#include <sys/mman.h>
#include <stdlib.h>
struct a { int x; int prot; }; struct b { int y; int mode; };
int main(){ struct a *p=malloc(sizeof*p); p->prot=1; ((struct b*)p)->mode=5;
    mmap(0,4096,p->prot,MAP_PRIVATE|MAP_ANONYMOUS,-1,0); // never: benign
    return 0; }
