/* What a record holds that nothing in scope declares is not known, however its values are written down. */
#include <sys/mman.h>

void *in_braces(size_t size, int wanted)
{
  struct of_the_platform asked = { 7 };
  if unlikely (wanted) return 0;
  return mmap(0, size, asked.rights, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); /* never: benign */
}

void *over_zero(size_t size, int wanted)
{
  int rights = PROT_READ;
  if likely(wanted) rights |= PROT_EXEC;
  return mmap(0, size, rights, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); /* never: benign */
}

static _Atomic(int) kept = PROT_READ;

void keep(int rights)
{
  kept = rights;
}

void *of_an_atomic(size_t size)
{
  return mmap(0, size, kept, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); /* never: benign */
}

static struct of_the_platform asked_once = { 7 };

void *of_a_global(size_t size)
{
  return mmap(0, size, asked_once.rights, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); /* never: benign */
}

static const struct of_the_platform asked_often[2] = { { 0 }, { 5 } };

void *of_a_table(size_t size, int which)
{
  return mmap(0, size, asked_often[which].rights, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); /* never: benign */
}
