/* Written, then run: a compiler's page, and closures that are filled in and turned back. */
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>

void *emit(const void *code, size_t size)
{
    void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); // ok: write-then-execute
    if (page == MAP_FAILED)
        return NULL;
    memcpy(page, code, size);
    if (mprotect(page, 4096, PROT_READ | PROT_EXEC) != 0) // expect: write-then-execute executable
        return NULL;
    return page;
}

struct closure {
    unsigned char code[16];
    void (*function)(void *);
    void *data;
};

static struct closure *closures;

int closures_make(void)
{
    void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED)
        return -1;
    closures = page;
    return mprotect(page, 4096, PROT_READ | PROT_EXEC); // expect: write-then-execute executable
}
