/* A lambda that is handed on adds execution. */
#include <sys/mman.h>

template <typename F> int apply(F f, void *p) { return f(p); }
int main() {
  void *page = mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);  // adversary: unresolved[later-change]
  return apply([](void *p) { return mprotect(p, 4096, PROT_READ | PROT_WRITE | PROT_EXEC); }, page);  // adversary: violation[write-exec-protect]
}
