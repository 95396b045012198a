/* Memory is written through /proc/PID/mem, a name that is put together at run time. */
#include <sys/mman.h>

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>
static int victim(void) { return 1; }
int main(void) {
  void *p = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);  // adversary: unresolved[platform]
  char name[32];
  snprintf(name, sizeof name, "/proc/%d/mem", getpid());
  pwrite(open(name, O_WRONLY), p, 16, (long)victim);
  return victim();
}
