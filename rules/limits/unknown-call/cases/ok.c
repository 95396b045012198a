/* The function is there, or its result is limited. */
#include <stddef.h>
#include <sys/mman.h>

extern int protection_of(int kind);

static int data_protection(int writable)
{
    return writable ? PROT_READ | PROT_WRITE : PROT_READ;
}

void *map_data(size_t size, int writable)
{
    return mmap(NULL, size, data_protection(writable), MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); // ok: unknown-call
}

void *map_limited(size_t size, int kind)
{
    return mmap(NULL, size, protection_of(kind) & ~PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); // ok: unknown-call
}
