/* The name of the function that adds execution stands nowhere: it is pasted together. */
#include <sys/mman.h>

#define GLUE(a, b) a##b
#define CHANGE(p, n, r) GLUE(mpro, tect)(p, n, r)
int main(void) {
  void *p = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);  // adversary: unresolved[later-change]
  return CHANGE(p, 4096, PROT_READ | PROT_WRITE | PROT_EXEC);  // adversary: violation[write-exec-protect]
}
