/* An assembly statement calls the function that adds execution. */
#include <sys/mman.h>

int main(void) {
  void *p = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);  // adversary: unresolved[later-change]
  __asm__ volatile("mov $7, %%edx\n\tcall mprotect@plt" : : "D"(p), "S"(4096L) : "rax", "rcx", "rdx", "memory");
  return 0;
}
