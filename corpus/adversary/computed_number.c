/* The system call's number is computed: 5 + 5 is mprotect on x86-64. */
#include <sys/mman.h>

#include <unistd.h>
int main(int argc, char **argv) {
  void *p = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);  // adversary: unresolved[later-change]
  long n = 4;
  for (int i = 0; i < 6; i++) n += 1;
  return (int)syscall(n + (argv[argc] != 0), p, 4096L, 5L);
}
