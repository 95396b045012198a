#include <stddef.h>
#include <string.h>
#include <sys/mman.h>

void *emit(const void *code, size_t size)
{
    void *page;
    page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    memcpy(page, code, size);
    // ruleid: write-then-execute
    mprotect(page, 4096, PROT_READ | PROT_EXEC);
    return page;
}

void *stub(void)
{
    char *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    page[0] = 0;
    // ruleid: write-then-execute
    mprotect(page, 4096, PROT_EXEC);
    return page;
}

void *table(const void *rows, size_t size)
{
    void *page;
    page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    memcpy(page, rows, size);
    // ok: write-then-execute
    mprotect(page, 4096, PROT_READ);
    return page;
}

void *loaded(int fd)
{
    void *page;
    page = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, fd, 0);
    // ok: write-then-execute
    mprotect(page, 4096, PROT_READ | PROT_EXEC);
    return page;
}
