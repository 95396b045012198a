/* Static functions and objects belong to all files that one file includes. */
#include <sys/mman.h>
static int rights = PROT_READ | PROT_WRITE;
static void *map(size_t n, int prot)
{
  return mmap(0, n, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); /* never: benign */
}
void *data(size_t n) { return map(n, PROT_READ | PROT_WRITE); }
void *other(size_t n) { return mmap(0, n, rights, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); } /* never: benign */
