#include <stddef.h>
#include <sys/mman.h>

void *pages(size_t size) {
  return mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); /* never: benign */
}
