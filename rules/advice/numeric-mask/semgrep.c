#include <stddef.h>
#include <sys/mman.h>

void *buffer(size_t size)
{
    // ruleid: numeric-mask
    return mmap(NULL, size, 3, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

int seal(void *page, size_t size)
{
    // ruleid: numeric-mask
    return mprotect(page, size, 0x1);
}

void *named(size_t size)
{
    // ok: numeric-mask
    return mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

int guard(void *page, size_t size)
{
    // ok: numeric-mask
    return mprotect(page, size, 0);
}
