/* Memory for data beside memory for code: the second can't become the first's. */
#include <sys/mman.h>

void *data_pages(unsigned long size) {
  return mmap(0, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

void *code_pages(unsigned long size) {
  return mmap(0, size, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}
