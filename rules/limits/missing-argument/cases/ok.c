/* All arguments are there, some through a macro. */
#include <stddef.h>
#include <sys/mman.h>

#define PRIVATE_PAGES MAP_PRIVATE | MAP_ANONYMOUS, -1, 0

void *pages(size_t size)
{
    return mmap(NULL, size, PROT_READ, PRIVATE_PAGES); // ok: missing-argument
}

int seal(void *address)
{
    return mprotect(address, 4096, PROT_READ); // ok: missing-argument
}
