/* Believed, and wrong: that statements which are included into a body do nothing. */
#include <sys/mman.h>
int main(int argc,char**argv){ int prot=1;
#include "body.inc"
    mmap(0,4096,prot,MAP_PRIVATE|MAP_ANONYMOUS,-1,0); // never: benign
    return 0; }
