#include <sys/mman.h>
static int prot = 7;
int main(void) {
#ifdef NEVER
  int prot = 1;
#endif
  return mmap(0, 1, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == 0;
}
