/* FreeBSD and NetBSD say in the upper bits of a mask what the memory may ever be given: that asks for nothing. */
#include <sys/mman.h>

void *arena(size_t size, int commit)
{
  int rights = commit ? PROT_READ | PROT_WRITE : PROT_NONE;
#if defined(PROT_MAX)
  rights |= PROT_MAX(PROT_READ | PROT_WRITE);
#elif defined(PROT_MPROTECT)
  rights |= PROT_MPROTECT(PROT_READ | PROT_WRITE);
#endif
  return mmap(0, size, rights, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); /* still: benign */
}
