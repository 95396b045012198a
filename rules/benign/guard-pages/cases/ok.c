/* Reserved now, and perhaps code later. */
#include <stddef.h>
#include <sys/mman.h>

void *reserve_code_space(size_t size)
{
    return mmap(NULL, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); // ok: guard-pages
}

int commit(void *page, size_t size)
{
    return mprotect(page, size, PROT_READ | PROT_EXEC); // ok: guard-pages
}
