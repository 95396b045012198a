/* Believed, and wrong: that swapping two records leaves both as they were. */
#include <sys/mman.h>
#include <utility>
#include <cstddef>
struct Cfg { int prot; int n; };
static Cfg cur{PROT_READ, 1}, alt{PROT_READ|PROT_EXEC, 2};
void flip() { std::swap(cur, alt); }
void *m(size_t n) { return mmap(nullptr, n, cur.prot, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0); } // never: benign
