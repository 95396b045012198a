#include <sys/mman.h>

void *both_words(unsigned long n)
{
    // ruleid: write-exec-mapping
    return mmap(0, n, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

void *a_number(unsigned long n)
{
    // ruleid: write-exec-mapping
    return mmap64(0, n, 7, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

void *a_constant(unsigned long n)
{
    // ruleid: write-exec-mapping
    int prot = PROT_WRITE | PROT_EXEC;
    return mmap(0, n, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

void *data(unsigned long n)
{
    // ok: write-exec-mapping
    return mmap(0, n, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

void *code(unsigned long n, int fd)
{
    // ok: write-exec-mapping
    return mmap(0, n, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0);
}

void *taken_away(unsigned long n)
{
    // ok: write-exec-mapping
    return mmap(0, n, (PROT_READ | PROT_WRITE | PROT_EXEC) & ~PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

void *by_a_wrapper(int prot)
{
    // todoruleid: write-exec-mapping
    return mmap(0, 4096, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

void *caller(void)
{
    return by_a_wrapper(PROT_WRITE | PROT_EXEC);
}

void *windows(unsigned long n)
{
    // ruleid: write-exec-mapping-windows
    void *p = VirtualAlloc(0, n, MEM_COMMIT, PAGE_EXECUTE_READWRITE);
    // ruleid: write-exec-mapping-windows
    p = VirtualAlloc(0, n, 0x3000, 0x40);
    // ok: write-exec-mapping-windows
    return VirtualAlloc(0, n, MEM_COMMIT, PAGE_READWRITE);
}
