#include <sys/mman.h>
void *shared_index(int fd, unsigned long n) {
  return mmap(0, n, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
}
int guard(void *p, unsigned long n) { return mprotect(p, n, PROT_NONE); }
