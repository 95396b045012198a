/* Code that is written first and run later, and code that may be written while it runs. */
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>

static int sealed(void *code, size_t size) { return mprotect(code, size, PROT_READ | PROT_EXEC); }

int run(const void *code, size_t size) {
  void *page = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (page == MAP_FAILED) return -1;
  memcpy(page, code, size);
  if (sealed(page, size) != 0) return -1;
  return ((int (*)(void))page)();
}
