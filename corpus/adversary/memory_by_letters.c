/* The name of the process's memory is a list of letters. */
#include <sys/mman.h>

#include <fcntl.h>
#include <unistd.h>
static const char name[] = {'/', 'p', 'r', 'o', 'c', '/', 's', 'e', 'l', 'f', '/', 'm', 'e', 'm', 0};
static int victim(void) { return 1; }
int main(void) {
  void *p = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);  // adversary: unresolved[platform]
  pwrite(open(name, O_WRONLY), p, 16, (long)victim);
  return victim();
}
