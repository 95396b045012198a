/* The function's address is kept with some of its bits turned over. */
#include <sys/mman.h>

static unsigned long kept;
static void keep(void) { kept = (unsigned long)mprotect ^ 0x55; }
int main(void) {
  void *p = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);  // adversary: unresolved[later-change]
  keep();
  return ((int (*)(void *, unsigned long, int))(kept ^ 0x55))(p, 4096, 7);
}
