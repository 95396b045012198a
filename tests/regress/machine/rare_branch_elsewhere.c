/* Believed {r--}: gcc moves the rare branch elsewhere, and it jumps back into the middle. */
#include <sys/mman.h>
#include <stdio.h>
__attribute__((cold,noinline)) void rare(const char*s){ puts(s); }
void *f(int n){ int prot=1; if(n==5){ rare("x"); prot=7; } return mmap(0,4096,prot,MAP_PRIVATE|MAP_ANONYMOUS,-1,0);}
int main(int c,char**v){ return f(c)==0; }
