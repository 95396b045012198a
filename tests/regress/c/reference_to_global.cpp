/* Believed, and wrong: that a global is only stored to under its own name, not through a reference. */
#include <sys/mman.h>
#include <cstddef>
static int prot = PROT_READ;
static int &alias = prot;
void jit() { alias = PROT_READ|PROT_EXEC; }
void *m(size_t n) { return mmap(nullptr, n, prot, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0); } // never: benign
