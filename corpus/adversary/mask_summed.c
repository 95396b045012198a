/* Three steps of a loop make 7. */
#include <sys/mman.h>

int main(void) {
  int prot = 0;
  for (int bit = 1; bit <= 4; bit *= 2) prot += bit;
  return mmap(0, 4096, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == 0;  // adversary: unresolved[limit]
}
