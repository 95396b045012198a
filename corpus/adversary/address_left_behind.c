/* A local's address is left behind by one call, and used by the next, which is given nothing. */
#include <sys/mman.h>

static int *kept;
static void keep(int *where) { kept = where; }
static void turn(void) { *kept = PROT_READ | PROT_WRITE | PROT_EXEC; }
int main(void) {
  int rights = PROT_READ | PROT_WRITE;
  keep(&rights);
  rights = PROT_READ | PROT_WRITE;
  turn();
  return mmap(0, 4096, rights, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == 0;  // adversary: unresolved[unknown-memory]
}
