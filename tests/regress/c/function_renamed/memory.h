#include <sys/mman.h>
static int rights(void) { return PROT_READ; }
static void *take(unsigned long n)
{
  return mmap(0, n, asked(), MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); /* never: benign */
}
