/* Believed, and wrong: that a loop over references stores nothing to what it loops over. */
#include <sys/mman.h>
#include <cstddef>
static int modes[2] = { PROT_READ, PROT_READ|PROT_WRITE };
void jit() { for (auto &x : modes) x |= PROT_EXEC; }
void *m(size_t n) { return mmap(nullptr, n, modes[1], MAP_PRIVATE|MAP_ANONYMOUS, -1, 0); } // never: benign
