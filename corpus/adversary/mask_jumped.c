/* The mask is set between setjmp and longjmp. */
#include <sys/mman.h>

#include <setjmp.h>
static jmp_buf back;
static int prot = PROT_READ;
static void leave(void) { prot |= PROT_WRITE | PROT_EXEC; longjmp(back, 1); }
int main(void) {
  if (!setjmp(back)) leave();
  return mmap(0, 4096, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == 0;  // adversary: violation[write-exec-mapping]
}
