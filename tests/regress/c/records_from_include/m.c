/* Believed, and wrong: that the records of an included file are not part of the array. */
#include <sys/mman.h>
static const struct { const char *n; int p; } t[] = {
    { "a", 1 },
#include "table.tbl"
};
int main(int argc,char**argv){ 
    mmap(0,4096,t[argc].p,MAP_PRIVATE|MAP_ANONYMOUS,-1,0); // never: benign
    return 0; }
