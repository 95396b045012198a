/* Believed, and wrong: that an unqualified call never means a function of its argument's namespace. */
#include <sys/mman.h>
namespace n { struct T{}; int prot(T){ return 5; } }
int prot(int){ return 1; }
int main(){ n::T t;
    mmap(0,4096,prot(t),MAP_PRIVATE|MAP_ANONYMOUS,-1,0); // never: benign
    return 0; }
