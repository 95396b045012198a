/* Which function a name stands for is chosen when the program starts. */
#include <sys/mman.h>

typedef int change(void *, unsigned long, int);
static change *pick(void) { return (change *)mprotect; }
int turn(void *, unsigned long, int) __attribute__((ifunc("pick")));
int main(void) {
  void *p = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);  // adversary: unresolved[later-change]
  return turn(p, 4096, 7);
}
