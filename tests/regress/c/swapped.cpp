/* Believed, and wrong: that swapping two globals leaves both as they were. */
#include <sys/mman.h>
#include <utility>
#include <cstddef>
static int cur = PROT_READ; static int other = PROT_READ|PROT_EXEC;
void flip() { std::swap(cur, other); }
void *m(size_t n) { return mmap(nullptr, n, cur, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0); } // never: benign
