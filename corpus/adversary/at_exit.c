/* Execution is added when the program ends. */
#include <sys/mman.h>

#include <stdlib.h>
static void *kept;
static void last(void) { mprotect(kept, 4096, PROT_READ | PROT_WRITE | PROT_EXEC); }  // adversary: violation[write-exec-protect]
int main(void) {
  kept = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);  // adversary: unresolved[later-change]
  return atexit(last);
}
