/* A name proves nothing; and other private memory has other reasons. */
#include <stddef.h>
#include <sys/mman.h>

void *pages_map(size_t size)
{
    return mmap(NULL, size, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); // ok: allocator-arena
}

void *ring(size_t size)
{
    return mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); // ok: allocator-arena
}
