/* A character that is a number. */
#include <sys/mman.h>

int main(void) {
  int prot = '7' - '0';
  return mmap(0, 4096, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == 0;  // adversary: violation[write-exec-mapping]
}
