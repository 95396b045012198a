/* The mask is an argument of a template. */
#include <sys/mman.h>

template <int Rights> void *pages(unsigned long n) {
  return mmap(nullptr, n, Rights, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);  // adversary: unresolved[unknown-memory]
}
int main() { return pages<PROT_READ | PROT_WRITE | PROT_EXEC>(4096) == pages<PROT_READ>(4096); }
