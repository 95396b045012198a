/* Written first and run afterwards in memory that others may see; and a change at an address that is not known. */
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>

void *emit(const void *code, size_t size)
{
    void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0); // ok: discipline
    if (page == MAP_FAILED)
        return NULL;
    memcpy(page, code, size);
    if (mprotect(page, 4096, PROT_READ | PROT_EXEC) != 0) // expect: discipline unresolved
        return NULL;
    return page;
}

int make_runnable(void *address, size_t size)
{
    return mprotect(address, size, PROT_READ | PROT_EXEC); // expect: discipline unresolved
}
