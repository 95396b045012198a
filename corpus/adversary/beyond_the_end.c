/* The change begins before the region and ends in it. */
#include <sys/mman.h>

int main(void) {
  char *a = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);  // adversary: unresolved[later-change]
  return mprotect(a - 4096, 8192, PROT_READ | PROT_EXEC);  // adversary: unresolved[discipline]
}
