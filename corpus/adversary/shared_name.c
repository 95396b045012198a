/* One name of shared memory, opened twice. */
#include <sys/mman.h>

#include <fcntl.h>
static int opened(void) { return shm_open("/data", O_RDWR | O_CREAT, 0600); }
int main(void) {
  void *w = mmap(0, 4096, PROT_WRITE, MAP_SHARED, opened(), 0);  // adversary: unresolved[other-view]
  void *x = mmap(0, 4096, PROT_EXEC, MAP_SHARED, opened(), 0);  // adversary: unresolved[discipline]
  return w == x;
}
