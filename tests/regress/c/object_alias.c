/* Believed, and wrong: that an object with an alias is stored to under its own name only. */
#include <sys/mman.h>
int prot=1;
extern int other __attribute__((alias("prot")));
int main(int c,char**v){ other=5;
    mmap(0,4096,prot,MAP_PRIVATE|MAP_ANONYMOUS,-1,0); // never: benign
    return 0; }
