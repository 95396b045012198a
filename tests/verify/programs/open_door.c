/* A page for code that is writable for good. */
#include <stddef.h>
#include <sys/mman.h>

#define BOTH (PROT_WRITE | PROT_EXEC)

void *page(size_t size, int readable) {
  return mmap(NULL, size, readable ? BOTH | PROT_READ : BOTH, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

int open_up(void *start, size_t size) { return mprotect(start, size, PROT_READ | BOTH); }
