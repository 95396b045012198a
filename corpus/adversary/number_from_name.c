/* The system call's number is that of a harmless one, and something is added to it. */
#include <sys/mman.h>

#include <sys/syscall.h>
#include <unistd.h>
int main(void) {
  void *p = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);  // adversary: unresolved[later-change]
  return (int)syscall(SYS_read + 10, p, 4096, 7);
}
