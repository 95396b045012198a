/* The mask comes out of a variable list of arguments. */
#include <sys/mman.h>

#include <stdarg.h>
static void *map(unsigned long n, ...) {
  va_list list;
  va_start(list, n);
  void *p = mmap(0, n, va_arg(list, int), MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);  // adversary: unresolved[unknown-call]
  va_end(list);
  return p;
}
int main(void) { return map(4096, PROT_READ | PROT_WRITE | PROT_EXEC) == 0; }
