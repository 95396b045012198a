/* An allocator's arena and a private working copy of a file. */
#include <stddef.h>
#include <sys/mman.h>

struct arena {
    char *base;
    size_t used;
    size_t size;
};

int arena_open(struct arena *arena, size_t size)
{
    void *base = mmap(NULL, size, PROT_READ | PROT_WRITE, // expect: private-data-memory benign
                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (base == MAP_FAILED)
        return -1;
    arena->base = base;
    arena->used = 0;
    arena->size = size;
    return 0;
}

void *working_copy(int fd, size_t size)
{
    return mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0); // expect: private-data-memory benign
}

void *shared_with_children(size_t size)
{
    return mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0); // ok: private-data-memory
}
