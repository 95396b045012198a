/* Believed {r--}: the handler is entered by the unwinder, and goes on before the call. */
#include <sys/mman.h>
#include <stdexcept>
#include <cstdio>
__attribute__((noinline)) void g(int n){ if(n==3) throw std::runtime_error("x"); puts("a"); }
void *f(int n){ int prot=1; try { g(n); } catch(const std::exception&e){ prot=7; } return mmap(0,4096,prot,MAP_PRIVATE|MAP_ANONYMOUS,-1,0);}
int main(int c,char**v){ return f(c)==0; }
