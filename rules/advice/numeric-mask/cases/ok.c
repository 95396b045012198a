/* Names; a name of one's own; and no right at all. */
#include <stddef.h>
#include <sys/mman.h>

#define BUFFER_PROT 3

void *buffer(size_t size)
{
    return mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); // ok: numeric-mask
}

void *named(size_t size)
{
    return mmap(NULL, size, BUFFER_PROT, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); // ok: numeric-mask
}

int guard(void *page, size_t size)
{
    return mprotect(page, size, 0); // ok: numeric-mask
}
