/* A name in capitals that nothing declares is hardly a function: it may store to what it is given. */
#include "missing.h"
#include <sys/mman.h>

void *map(size_t size)
{
  int rights = PROT_READ;
  ADJUST(rights);
  return mmap(0, size, rights, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); /* never: benign */
}
