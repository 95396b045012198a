/* Execution is added where an object dies. */
#include <sys/mman.h>

struct Guard {
  void *page;
  ~Guard() { mprotect(page, 4096, PROT_READ | PROT_WRITE | PROT_EXEC); }  // adversary: violation[write-exec-protect]
};
int main() {
  Guard g{mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)};  // adversary: unresolved[later-change]
  return 0;
}
