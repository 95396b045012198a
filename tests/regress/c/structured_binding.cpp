/* Believed, and wrong: that the parts of a structured binding by reference are copies. */
#include <sys/mman.h>
#include <cstddef>
struct Cfg { int prot; int n; }; static Cfg cur{PROT_READ, 1};
void jit() { auto &[p, k] = cur; p = PROT_READ|PROT_EXEC; }
void *m(size_t n) { return mmap(nullptr, n, cur.prot, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0); } // never: benign
