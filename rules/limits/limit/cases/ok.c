/* Few callers above one another, and a loop whose values close. */
#include <stddef.h>
#include <sys/mman.h>

static void *level_0(size_t size, int prot)
{
    return mmap(NULL, size, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); // ok: limit
}

static void *level_1(size_t size, int prot)
{
    return level_0(size, prot);
}

void *top(size_t size)
{
    return level_1(size, PROT_READ);
}

void *gather(size_t size, const int *wanted, int count)
{
    int prot = PROT_NONE;
    for (int i = 0; i < count; i++)
        prot |= wanted[i] ? PROT_WRITE : PROT_READ;
    return mmap(NULL, size, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); // ok: limit
}
