/* Numbers for names. */
#include <stddef.h>
#include <sys/mman.h>

void *buffer(size_t size)
{
    return mmap(NULL, size, 3, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); // expect: numeric-mask note
}

int seal(void *page, size_t size)
{
    return mprotect(page, size, 0x1); // expect: numeric-mask note
}

int open_up(void *page, size_t size)
{
    return mprotect(page, size, (1 | 2)); // expect: numeric-mask note
}
