/* Believed, and wrong: that a store through a pointer to a member is a store to something else. */
#include <sys/mman.h>
struct Base { int prot=1; void map(){ 
    mmap(0,4096,prot,MAP_PRIVATE|MAP_ANONYMOUS,-1,0); // never: benign
    } };
int Base::*pm=&Base::prot;
int main(){ Base d; d.*pm=5; d.map(); return 0; }
