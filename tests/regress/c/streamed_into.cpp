/* Believed, and wrong: that a stream stores nothing to what stands after >>. */
#include <sys/mman.h>
#include <sstream>
#include <cstddef>
static int prot = PROT_READ;
void parse(const char *s) { std::istringstream in(s); in >> prot; }
void *m(size_t n) { return mmap(nullptr, n, prot, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0); } // never: benign
