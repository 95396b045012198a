/* Another thread adds execution. */
#include <sys/mman.h>

#include <pthread.h>
static void *work(void *p) { mprotect(p, 4096, PROT_READ | PROT_WRITE | PROT_EXEC); return p; }  // adversary: violation[write-exec-protect]
int main(void) {
  pthread_t t;
  return pthread_create(&t, 0, work, mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));  // adversary: unresolved[later-change]
}
