/* Believed, and wrong: that an included file does not move the enumerators after it. */
#include <sys/mman.h>
enum { PA, PB,
#include "more.inc"
    PC };
int main(int argc,char**argv){ 
    mmap(0,4096,PC,MAP_PRIVATE|MAP_ANONYMOUS,-1,0); // never: benign
    return 0; }
