/* mprotect by its number, spelled with a macro. */
#include <sys/mman.h>

#include <sys/syscall.h>
#include <unistd.h>
#define CALL(name) SYS_##name
int main(void) {
  void *p = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);  // adversary: unresolved[later-change]
  return (int)syscall(CALL(mprotect), p, 4096L, PROT_READ | PROT_WRITE | PROT_EXEC);  // adversary: violation[write-exec-protect]
}
