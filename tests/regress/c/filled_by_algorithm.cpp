/* Believed, and wrong: that an algorithm stores nothing through what begin() gives. */
#include <sys/mman.h>
#include <algorithm>
#include <iterator>
#include <cstddef>
static int modes[2] = { PROT_READ, PROT_READ|PROT_WRITE };
void jit() { std::fill(std::begin(modes), std::end(modes), PROT_READ|PROT_EXEC); }
void *m(size_t n) { return mmap(nullptr, n, modes[1], MAP_PRIVATE|MAP_ANONYMOUS, -1, 0); } // never: benign
