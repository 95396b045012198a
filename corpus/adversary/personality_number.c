/* READ_IMPLIES_EXEC as a number, set by a system call with a number. */
#include <sys/mman.h>

#include <sys/syscall.h>
#include <unistd.h>
int main(void) {
  syscall(SYS_personality, 0x0400000);  // adversary: violation[read-implies-exec]
  return mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == 0;  // adversary: unresolved[platform]
}
