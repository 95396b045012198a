/* A function is written in assembly, outside of all C. */
#include <sys/mman.h>

__asm__(".text\n.globl further\nfurther:\n\tmov $10, %eax\n\tsyscall\n\tret");
extern long further(void *, unsigned long, int);
int main(void) {
  void *p = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);  // adversary: unresolved[later-change]
  return (int)further(p, 4096, 7);
}
