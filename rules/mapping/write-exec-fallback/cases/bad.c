/* Strict first, careless when that is refused. */
#include <stddef.h>
#include <sys/mman.h>

void *code_page(size_t size)
{
    void *page = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); // ok: write-exec-fallback
    if (page == MAP_FAILED)
        page = mmap(NULL, size, PROT_READ | PROT_WRITE | PROT_EXEC, // expect: write-exec-fallback violation
                    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return page;
}

int seal(void *page, size_t size)
{
    if (mprotect(page, size, PROT_READ | PROT_EXEC) != 0) { // ok: write-exec-fallback
        /* Some systems refuse to take the write right away. */
        return mprotect(page, size, PROT_READ | PROT_WRITE | PROT_EXEC); // expect: write-exec-fallback violation
    }
    return 0;
}
