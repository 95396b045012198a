/* One local is handed over twice: what is stored through the second address is read through the first. */
#include <sys/mman.h>

static void map(int *asked, int *given) {
  *asked = PROT_READ | PROT_WRITE;
  *given = PROT_READ | PROT_WRITE | PROT_EXEC;
  mmap(0, 4096, *asked, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);  // adversary: violation[write-exec-mapping]
}
int main(void) {
  int rights;
  map(&rights, &rights);
  return 0;
}
