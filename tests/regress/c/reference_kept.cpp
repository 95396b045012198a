/* Believed, and wrong: that an object that keeps a reference stores nothing through it. */
#include <sys/mman.h>
#include <cstddef>
struct Knob { int &p; explicit Knob(int &x) : p(x) {} void hot() { p |= PROT_EXEC; } };
static int prot = PROT_READ;
void jit() { Knob k(prot); k.hot(); }
void *m(size_t n) { return mmap(nullptr, n, prot, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0); } // never: benign
