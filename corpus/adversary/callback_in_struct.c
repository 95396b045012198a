/* Execution is added by a callback that a structure of operations holds. */
#include <sys/mman.h>

struct ops { int (*finish)(void *, unsigned long); };
static int seal(void *p, unsigned long n) { return mprotect(p, n, PROT_READ | PROT_WRITE | PROT_EXEC); }  // adversary: violation[write-exec-protect]
static const struct ops sealing = { seal };
static int with(const struct ops *o) {
  void *p = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);  // adversary: unresolved[later-change]
  return o->finish(p, 4096);
}
int main(void) { return with(&sealing); }
