/* The mask is changed through a reference. */
#include <sys/mman.h>

static void more(int &rights) { rights |= PROT_WRITE | PROT_EXEC; }
int main() {
  int rights = PROT_READ;
  more(rights);
  return mmap(nullptr, 4096, rights, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == nullptr;  // adversary: violation[write-exec-mapping]
}
