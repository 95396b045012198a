/* The address is kept as a number with its bits turned around. */
#include <sys/mman.h>

#include <stdint.h>
static uintptr_t hidden;
int main(void) {
  hidden = ~(uintptr_t)mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);  // adversary: unresolved[later-change]
  return mprotect((void *)~hidden, 4096, PROT_READ | PROT_EXEC);  // adversary: unresolved[discipline]
}
