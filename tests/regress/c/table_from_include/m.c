/* Believed, and wrong: that an array holds only what stands in this file, though a file is included between its braces. */
#include <sys/mman.h>
static const int t[] = {
#define X(n,v) v,
#include "list.def"
#undef X
};
int main(int argc,char**argv){ 
    mmap(0,4096,t[argc],MAP_PRIVATE|MAP_ANONYMOUS,-1,0); // never: benign
    return 0; }
