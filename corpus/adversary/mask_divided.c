/* 15 / 2 is 7. */
#include <sys/mman.h>

int main(void) {
  int prot = 15 / 2;
  return mmap(0, 4096, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == 0;  // adversary: violation[write-exec-mapping]
}
