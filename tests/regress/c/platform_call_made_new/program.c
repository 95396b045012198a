/* As libffi includes its allocator: the call there is one of a function that adds execution. */
#include <sys/mman.h>
#include "names.h"
#include "allocator.h"
#undef mmap
static void *own(void *a, size_t n, int prot, int flags, int fd, long offset)
{
  return mmap(a, n, prot | PROT_EXEC, flags, fd, offset); /* never: benign */
}
void *run(size_t n) { return take(n); }
