/* Execution is added in a signal handler, which nothing calls. */
#include <sys/mman.h>

#include <signal.h>
static char *page;
static void on_fault(int number) { mprotect(page, 4096, PROT_READ | PROT_WRITE | PROT_EXEC); (void)number; }  // adversary: violation[write-exec-protect]
int main(void) {
  signal(SIGSEGV, on_fault);
  page = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);  // adversary: unresolved[later-change]
  return 0;
}
