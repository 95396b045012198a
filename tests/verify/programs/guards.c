/* An allocator: address space, pages made usable and taken back, a function that chooses, an enumerator. */
#include <stddef.h>
#include <sys/mman.h>

enum { NOTHING = PROT_NONE, USABLE = PROT_READ | PROT_WRITE };

static const int fresh = PROT_NONE;

static int chosen(int commit) {
  if (commit)
    return USABLE;
  return NOTHING;
}

static char *reserve(size_t size) { return mmap(NULL, size, fresh, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); }

static int change(char *start, size_t size, int commit) { return mprotect(start, size, chosen(commit)); }

static void *grow(char *old, size_t size) { return mremap(old, size, size * 2, MREMAP_MAYMOVE); }

int main(void) {
  char *arena = reserve(1 << 20);
  change(arena + 4096, 8192, 1);
  change(arena + 4096, 4096, 0);
  grow(arena, 1 << 20);
  return 0;
}
