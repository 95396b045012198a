#include <sys/mman.h>
static inline void *take(size_t n)
{
  return mmap(0, n, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); /* never: benign */
}
