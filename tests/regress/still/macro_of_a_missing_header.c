/* It gets no more than what stands between its parentheses. */
#include "missing.h"
#include <sys/mman.h>

void *map(size_t size)
{
  int rights = PROT_READ;
  ADJUST(size, rights | PROT_WRITE);
  return mmap(0, size, rights, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); /* still: benign */
}
