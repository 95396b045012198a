/* The function is reached from another one that lies beside it in the library. */
#include <sys/mman.h>

int main(void) {
  void *p = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);  // adversary: unresolved[later-change]
  return ((int (*)(void *, unsigned long, int))((char *)munmap - 0x30))(p, 4096, 7);
}
