/* Believed, and wrong: that a member with a mapping function's name is another thing, whatever it holds. */
#include <sys/mman.h>

struct memory {
    void *(*mmap)(void *, unsigned long, int, int, int, long);
};
struct heap {
    const struct memory *memory;
};

static const struct memory plain = {mmap};

void *grow(struct heap *heap, unsigned long size) {
    heap->memory = &plain;
    return heap->memory->mmap(0, size, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);  // never: benign
}
