/* A union reads the bytes of another member. */
#include <sys/mman.h>

union both { unsigned char bytes[4]; int prot; };
int main(void) {
  union both u = { { 7, 0, 0, 0 } };
  return mmap(0, 4096, u.prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == 0;  // adversary: unresolved[unknown-memory]
}
