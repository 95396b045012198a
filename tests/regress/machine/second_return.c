/* Believed {r--}: the second return of setjmp() finds what was stored after the first. */
#include <setjmp.h>
#include <sys/mman.h>
jmp_buf b;
void *f(int n){ volatile int prot=1; if(!setjmp(b)){ prot=7; longjmp(b,1);} return mmap(0,4096,prot,MAP_PRIVATE|MAP_ANONYMOUS,-1,0);}
int main(int c,char**v){ return f(c)==0; }
