/* Over code that is mapped already, and over a function. */
#include <stddef.h>
#include <sys/mman.h>

void *reload(int fd, size_t size)
{
    char *code = mmap(NULL, size, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0); // ok: fixed-over-code
    if (code == MAP_FAILED)
        return NULL;
    return mmap(code, 4096, PROT_READ, MAP_PRIVATE | MAP_FIXED | MAP_ANONYMOUS, -1, 0); // expect: fixed-over-code warning
}

static int answer(void)
{
    return 42;
}

void *erase(void)
{
    return mmap((void *)answer, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0); // expect: fixed-over-code warning
}
