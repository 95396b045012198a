/* An enumerator that counts up to 7. */
#include <sys/mman.h>

int main(void) {
  enum { READ = 5, WRITE, BOTH };
  int prot = BOTH;
  return mmap(0, 4096, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == 0;  // adversary: violation[write-exec-mapping]
}
