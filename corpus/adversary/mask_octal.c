/* An octal number that reads like a name. */
#include <sys/mman.h>

int main(void) {
  int prot = 00000007;
  return mmap(0, 4096, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == 0;  // adversary: violation[write-exec-mapping]
}
