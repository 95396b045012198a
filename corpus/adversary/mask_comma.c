/* The last value after a comma counts. */
#include <sys/mman.h>

int main(void) {
  int prot = (PROT_READ, PROT_READ | PROT_WRITE | PROT_EXEC);
  return mmap(0, 4096, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == 0;  // adversary: violation[write-exec-mapping]
}
