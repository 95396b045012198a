/* Execution is asked for in builds that nobody looks at. */
#include <sys/mman.h>

int main(void) {
  int prot = PROT_READ | PROT_WRITE;
#if defined(__vax__) && !defined(NDEBUG) && WITH_JIT > 41
  prot |= PROT_EXEC;
#endif
  return mmap(0, 4096, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == 0;  // adversary: violation[write-exec-mapping]
}
