/* The memory is written and run without any right to: through /proc/self/mem, over code that is there. */
#include <sys/mman.h>

#include <fcntl.h>
#include <unistd.h>
static int victim(void) { return 1; }
int main(void) {
  void *p = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);  // adversary: unresolved[platform]
  int fd = open("/proc/self/mem", O_RDWR);
  pwrite(fd, p, 16, (long)victim);
  return victim();
}
