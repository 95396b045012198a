/* Three members of one bit each. */
#include <sys/mman.h>

int main(void) {
  struct { unsigned r : 1, w : 1, x : 1; } bits = {1, 1, 1};
  int prot = bits.r | bits.w << 1 | bits.x << 2;
  return mmap(0, 4096, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == 0;  // adversary: violation[write-exec-mapping]
}
