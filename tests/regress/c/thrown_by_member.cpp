/* Believed, and wrong: that a handler sees an object as it was before or after the call of its member. */
#include <sys/mman.h>
struct S { int p=1; void go(){ p=5; throw 1; } };
int main(){ S s; try { s.go(); s.p=1; } catch(...) { }
    mmap(0,4096,s.p,MAP_PRIVATE|MAP_ANONYMOUS,-1,0); // never: benign
    return 0; }
