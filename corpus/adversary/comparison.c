/* Execution is added by a function that only compares. */
#include <sys/mman.h>

#include <stdlib.h>
static int compare(const void *a, const void *b) {
  mprotect(*(void *const *)a, 4096, PROT_READ | PROT_WRITE | PROT_EXEC);  // adversary: violation[write-exec-protect]
  return a < b;
}
int main(void) {
  void *pages[2];
  pages[0] = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);  // adversary: unresolved[later-change]
  pages[1] = 0;
  qsort(pages, 2, sizeof *pages, compare);
  return 0;
}
