/* An assembly statement stores to a global that it names itself, in no list of operands. */
#include <sys/mman.h>

int rights = PROT_READ | PROT_WRITE;
int main(void) {
  __asm__ volatile("orl $4, rights(%%rip)" : : : "memory", "cc");
  return mmap(0, 4096, rights, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == 0;  // adversary: unresolved[unknown-memory]
}
