/* Shifting PROT_READ makes PROT_EXEC. */
#include <sys/mman.h>

int main(void) {
  int prot = PROT_READ | PROT_WRITE | PROT_READ << 2;
  return mmap(0, 4096, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == 0;  // adversary: violation[write-exec-mapping]
}
