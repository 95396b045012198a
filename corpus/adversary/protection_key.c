/* Execution is added by pkey_mprotect. */
#include <sys/mman.h>

int main(void) {
  void *p = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);  // adversary: unresolved[later-change]
  return pkey_mprotect(p, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, pkey_alloc(0, 0));  // adversary: violation[write-exec-protect]
}
