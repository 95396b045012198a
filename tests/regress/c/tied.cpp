/* Believed, and wrong: that assigning to a tie stores nothing to what it ties. */
#include <sys/mman.h>
#include <tuple>
#include <utility>
#include <cstddef>
static int prot = PROT_READ; static int k;
std::pair<int,int> parse();
void jit() { std::tie(prot, k) = parse(); }
void *m(size_t n) { return mmap(nullptr, n, prot, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0); } // never: benign
