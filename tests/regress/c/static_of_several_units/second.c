/* What a header calls or stores to by a name that it does not declare, each file that includes it has to itself. */
#include <sys/mman.h>
static int rights = PROT_READ | PROT_WRITE;
static void *map(size_t n, int prot)
{
  return mmap(0, n, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); /* never: benign */
}
#include "code.h"
void *second(size_t n)
{
  open_up();
  code(n);
  map(n, PROT_READ | PROT_WRITE);
  return mmap(0, n, rights, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); /* never: benign */
}
