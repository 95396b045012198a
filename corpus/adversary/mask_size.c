/* The size of a type decides. */
#include <sys/mman.h>

int main(void) {
  int prot = sizeof(char[7]);
  return mmap(0, 4096, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == 0;  // adversary: violation[write-exec-mapping]
}
