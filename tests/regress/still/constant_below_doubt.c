/* Whatever a caller does that was not understood, it cannot change a constant in the function that it calls. */
#include <setjmp.h>
#include <sys/mman.h>

static jmp_buf back;

static int open_up(void *page, size_t size)
{
  return mprotect(page, size, PROT_READ | PROT_WRITE); /* still: benign */
}

int run(void *page, size_t size)
{
  int tries = 0;
  if (setjmp(back)) tries++;
  return open_up(page, size + tries);
}
