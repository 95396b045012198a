/* The memory is moved by mremap, and execution is added at its new place. */
#include <sys/mman.h>

int main(void) {
  void *p = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);  // adversary: unresolved[later-change]
  char *q = mremap(p, 4096, 65536, MREMAP_MAYMOVE);
  return mprotect(q + 4096, 4096, PROT_READ | PROT_EXEC);  // adversary: unresolved[discipline]
}
