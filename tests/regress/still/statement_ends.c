/* Macros that are but the two ends of a statement, which a build may say in its own way. */
#include <stddef.h>
#include <sys/mman.h>

#if !(defined(STATEMENT_START) && defined(STATEMENT_END))
#define STATEMENT_START do
#if defined(_MSC_VER)
#define STATEMENT_END __pragma(warning(push)) while (0) __pragma(warning(pop))
#else
#define STATEMENT_END while (0)
#endif
#endif

void drop(size_t);

void *pages(size_t size, int write) {
  void *made = mmap(NULL, size, write ? PROT_READ | PROT_WRITE : PROT_READ, MAP_PRIVATE, 3, 0); /* still: benign */
  if (made == MAP_FAILED)
    goto out;
  return made;
out:
  STATEMENT_START { if (size) drop(size); } STATEMENT_END;
  return NULL;
}
