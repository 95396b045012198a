/* What looks like a call of a function is what the file that includes this one made of the name. */
#include <sys/mman.h>
static void *take(unsigned long n)
{
  int rights = PROT_READ;
  note(rights);
  return mmap(0, n, rights, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); /* never: benign */
}
