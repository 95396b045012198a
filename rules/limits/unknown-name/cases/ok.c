/* The names are defined here. */
#include <stddef.h>
#include <sys/mman.h>

#define POOL_PROTECTION (PROT_READ | PROT_WRITE)
enum { SEALED = PROT_READ };

void *map_pool(size_t size)
{
    return mmap(NULL, size, POOL_PROTECTION, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); // ok: unknown-name
}

int seal(void *address, size_t size)
{
    return mprotect(address, size, SEALED); // ok: unknown-name
}
