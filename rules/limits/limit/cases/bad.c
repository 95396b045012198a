/* A protection that comes down through more callers than are followed. */
#include <stddef.h>
#include <sys/mman.h>

static void *level_0(size_t size, int prot)
{
    return mmap(NULL, size, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); // expect: limit unresolved
}

static void *level_1(size_t size, int prot)
{
    return level_0(size + 1, prot);
}

static void *level_2(size_t size, int prot)
{
    return level_1(size + 2, prot);
}

static void *level_3(size_t size, int prot)
{
    return level_2(size + 3, prot);
}

static void *level_4(size_t size, int prot)
{
    return level_3(size + 4, prot);
}

static void *level_5(size_t size, int prot)
{
    return level_4(size + 5, prot);
}

static void *level_6(size_t size, int prot)
{
    return level_5(size + 6, prot);
}

static void *level_7(size_t size, int prot)
{
    return level_6(size + 7, prot);
}

static void *level_8(size_t size, int prot)
{
    return level_7(size + 8, prot);
}

static void *level_9(size_t size, int prot)
{
    return level_8(size + 9, prot);
}

static void *level_10(size_t size, int prot)
{
    return level_9(size + 10, prot);
}

static void *level_11(size_t size, int prot)
{
    return level_10(size + 11, prot);
}

void *top(size_t size)
{
    return level_11(size, PROT_READ | PROT_WRITE);
}

static int guard_0(void *address, int prot)
{
    return mprotect(address, 4096, prot); // expect: limit unresolved
}

static int guard_1(void *address, int prot)
{
    return guard_0((char *)address + 1, prot);
}

static int guard_2(void *address, int prot)
{
    return guard_1((char *)address + 2, prot);
}

static int guard_3(void *address, int prot)
{
    return guard_2((char *)address + 3, prot);
}

static int guard_4(void *address, int prot)
{
    return guard_3((char *)address + 4, prot);
}

static int guard_5(void *address, int prot)
{
    return guard_4((char *)address + 5, prot);
}

static int guard_6(void *address, int prot)
{
    return guard_5((char *)address + 6, prot);
}

static int guard_7(void *address, int prot)
{
    return guard_6((char *)address + 7, prot);
}

static int guard_8(void *address, int prot)
{
    return guard_7((char *)address + 8, prot);
}

static int guard_9(void *address, int prot)
{
    return guard_8((char *)address + 9, prot);
}

static int guard_10(void *address, int prot)
{
    return guard_9((char *)address + 10, prot);
}

static int guard_11(void *address, int prot)
{
    return guard_10((char *)address + 11, prot);
}

int protect_top(void *address)
{
    return guard_11(address, PROT_READ);
}
