/* The process asks for READ_IMPLIES_EXEC before it maps anything readable. */
#include <sys/mman.h>

#include <sys/personality.h>
int main(void) {
  personality(READ_IMPLIES_EXEC | personality(0xffffffff));  // adversary: unresolved[platform]
  return mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == 0;  // adversary: unresolved[platform]
}
