#include <stddef.h>
#include <sys/mman.h>

void *code_page(size_t size)
{
    void *page;
    page = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED) {
        // ruleid: write-exec-fallback
        page = mmap(NULL, size, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    }
    return page;
}

int seal(void *page, size_t size)
{
    if (mprotect(page, size, PROT_READ | PROT_EXEC) != 0) {
        // ruleid: write-exec-fallback
        return mprotect(page, size, PROT_READ | PROT_WRITE | PROT_EXEC);
    }
    return 0;
}

void *again(size_t size)
{
    void *page;
    page = mmap(NULL, size, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED) {
        // ok: write-exec-fallback
        page = mmap(NULL, size, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    }
    return page;
}

int strict(void *page, size_t size)
{
    if (mprotect(page, size, PROT_READ | PROT_EXEC) != 0) {
        // ok: write-exec-fallback
        return mprotect(page, size, PROT_READ);
    }
    return 0;
}
