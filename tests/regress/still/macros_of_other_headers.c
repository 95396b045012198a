/* A condition whose parentheses come out of a macro, and a record of the platform that is set to zero, were not
   understood, and doubt fell on everything else in the function. */
#include "elsewhere.h"
#include <sys/mman.h>

void *arena(size_t size, int wanted)
{
  struct of_the_platform advice = { 0 };
  static _Atomic(size_t) tried;
  int rights = PROT_NONE;
  if unlikely (size == 0) return 0;
  if (wanted) rights = PROT_READ | PROT_WRITE;
  tell(&advice);
  return mmap(0, size, rights, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); /* still: benign */
}
