/* Pages as jemalloc and dlmalloc take them. */
#include <stdbool.h>
#include <stddef.h>
#include <sys/mman.h>

static int mmap_flags = MAP_PRIVATE | MAP_ANONYMOUS;

void *os_pages_map(void *addr, size_t size, bool *commit)
{
    int prot = *commit ? (PROT_READ | PROT_WRITE) : PROT_NONE;
    return mmap(addr, size, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); // expect: allocator-arena benign
}

void *sys_alloc(size_t size)
{
    return mmap(0, size, PROT_READ | PROT_WRITE, mmap_flags, -1, 0); // expect: allocator-arena benign
}
