/* A constant table, and a local that is stored to here only. */
#include <stddef.h>
#include <sys/mman.h>

static const int by_kind[] = {PROT_NONE, PROT_READ, PROT_READ | PROT_WRITE};

void *map_kind(size_t size, unsigned kind)
{
    return mmap(NULL, size, by_kind[kind % 3], MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); // ok: unknown-memory
}

void *map_local(size_t size, int writable)
{
    struct {
        int prot;
    } request = {PROT_READ};
    if (writable)
        request.prot |= PROT_WRITE;
    return mmap(NULL, size, request.prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); // ok: unknown-memory
}
