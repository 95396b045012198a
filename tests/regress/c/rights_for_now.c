/* A name of the platform means what the program makes of it, and where neither does, it is a function. */
#include <sys/mman.h>

void *of_a_function(size_t size)
{
  return mmap(0, size, PROT_READ | PROT_MAX(PROT_READ), MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); /* never: benign */
}

#define PROT_MPROTECT(rights) (rights)

void *of_this_program(size_t size)
{
  return mmap(0, size, PROT_READ | PROT_MPROTECT(PROT_EXEC), MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); /* never: benign */
}
