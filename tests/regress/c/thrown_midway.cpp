/* Believed, and wrong: that a handler sees a variable as it was before or after a call, not as the callee left it when it threw. */
#include <sys/mman.h>
#include <stdexcept>
static void f(int &p){ p=5; throw std::runtime_error("x"); }
int main(){ int prot=1; try { f(prot); prot=1; } catch(...) {}
    mmap(0,4096,prot,MAP_PRIVATE|MAP_ANONYMOUS,-1,0); // never: benign
    return 0; }
