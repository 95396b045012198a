/* The function's address is copied from one local to another by memcpy. */
#include <sys/mman.h>

#include <string.h>
int main(void) {
  void *p = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);  // adversary: unresolved[later-change]
  int (*one)(void *, unsigned long, int) = mprotect, (*other)(void *, unsigned long, int);
  memcpy(&other, &one, sizeof other);
  return other(p, 4096, 7);
}
