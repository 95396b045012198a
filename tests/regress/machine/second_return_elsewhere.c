/* Believed {r--}: the same, with the jump in another function. */
#include <setjmp.h>
#include <sys/mman.h>
jmp_buf b; extern void g(void);
void __attribute__((noinline)) g(void){ longjmp(b,1);}
void *f(int n){ volatile int prot=1; if(!_setjmp(b)){ prot=7; g(); prot=3; } return mmap(0,4096,prot,MAP_PRIVATE|MAP_ANONYMOUS,-1,0);}
int main(int c,char**v){ return f(c)==0; }
