/* Believed, and wrong: that a file which is not there adds nothing to an array. */
#include <sys/mman.h>
static const int t[] = { 1,
#include "generated.h"
};
int main(int argc,char**argv){ 
    mmap(0,4096,t[argc],MAP_PRIVATE|MAP_ANONYMOUS,-1,0); // never: benign
    return 0; }
