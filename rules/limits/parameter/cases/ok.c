/* The parameter is limited before it is used, or all callers are known. */
#include <stddef.h>
#include <sys/mman.h>

void *os_map_data(size_t size, int prot)
{
    return mmap(NULL, size, prot & (PROT_READ | PROT_WRITE), MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); // ok: parameter
}

void *os_map_checked(size_t size, int prot)
{
    if (prot & PROT_EXEC)
        return NULL;
    return mmap(NULL, size, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); // ok: parameter
}

static void *map_pages(size_t size, int prot)
{
    return mmap(NULL, size, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); // ok: parameter
}

void *table(size_t size, int writable)
{
    return map_pages(size, writable ? PROT_READ | PROT_WRITE : PROT_READ);
}
