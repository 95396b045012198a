/* What a code generator does: the memory was writable before. And a change that adds no x. */
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>

void *emit(const void *code, size_t size)
{
    void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED)
        return NULL;
    memcpy(page, code, size);
    if (mprotect(page, 4096, PROT_READ | PROT_EXEC) != 0) // ok: make-executable
        return NULL;
    return page;
}

int freeze(void *table, size_t size)
{
    return mprotect(table, size, PROT_READ); // ok: make-executable
}
