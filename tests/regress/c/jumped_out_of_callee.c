/* Believed, and wrong: that setjmp() returns once, to locals as they were. */
#include <sys/mman.h>
#include <setjmp.h>
static jmp_buf jb;
static void f(volatile int *p){ *p=5; longjmp(jb,1); }
int main(void){ volatile int prot=1; if(setjmp(jb)==0){ f(&prot); prot=1; }
    mmap(0,4096,prot,MAP_PRIVATE|MAP_ANONYMOUS,-1,0); // never: benign
    return 0; }
