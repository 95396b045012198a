/* What a caller passes that was not understood in full may be anything, however many functions it goes through. */
#include <setjmp.h>
#include <sys/mman.h>

static jmp_buf back;

static void *arena(size_t size, int rights)
{
  int asked = PROT_READ | (rights & PROT_WRITE);
  asked |= rights;
  return mmap(0, size, asked, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); /* never: benign */
}

static void *between(size_t size, int rights)
{
  return arena(size, rights);
}

void *run(size_t size)
{
  int rights = PROT_READ;
  if (setjmp(back)) return between(size, rights);
  rights = PROT_EXEC;
  longjmp(back, 1);
}
