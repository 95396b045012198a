/* Executable memory is put over memory that was proved harmless. */
#include <sys/mman.h>

int main(void) {
  char *p = mmap(0, 65536, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return mmap(p + 4096, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_FIXED | MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == p;  // adversary: violation[write-exec-mapping]
}
