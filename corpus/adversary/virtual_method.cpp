/* A class that is derived later adds execution in a virtual method. */
#include <sys/mman.h>

struct Arena {
  void *page;
  Arena() { page = mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); }  // adversary: unresolved[later-change]
  virtual int done() { return mprotect(page, 4096, PROT_READ); }
};
struct Code : Arena {
  int done() override { return mprotect(page, 4096, PROT_READ | PROT_EXEC); }  // adversary: executable[write-then-execute]
};
static int finish(Arena &a) { return a.done(); }
int main() { Code c; return finish(c); }
