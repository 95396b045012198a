/* What the tree leaves out unless the build says otherwise, in its own words for one end of a statement. */
#include <stddef.h>
#include <sys/mman.h>

#ifndef WHEN_COMPILING
#define WHEN_COMPILING while (0)
#endif
#ifndef IF_COMPILING
#define IF_COMPILING if (0)
#endif
#ifndef STRICTLY
#define STRICTLY do
#define AT_LEAST_ONCE while (0)
#endif

void *first(size_t size) {
  void *made = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); /* never: benign */
  WHEN_COMPILING mprotect(made, size, PROT_READ | PROT_EXEC); /* never: benign */
  return made;
}

void *second(size_t size) {
  void *made = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); /* never: benign */
  IF_COMPILING mprotect(made, size, PROT_READ | PROT_EXEC); /* never: benign */
  return made;
}

void *third(size_t size) {
  int prot = PROT_READ | PROT_WRITE | PROT_EXEC;
  STRICTLY { prot = PROT_READ; } AT_LEAST_ONCE;
  return mmap(NULL, size, prot, MAP_PRIVATE, 3, 0); /* never: benign */
}
