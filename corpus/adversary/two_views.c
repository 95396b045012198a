/* One memfd, mapped writable here and executable there. */
#include <sys/mman.h>

int main(void) {
  int fd = memfd_create("data", 0);
  void *w = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);  // adversary: violation[dual-mapping]
  void *x = mmap(0, 4096, PROT_READ | PROT_EXEC, MAP_SHARED, fd, 0);  // adversary: violation[dual-mapping]
  return w == x;
}
