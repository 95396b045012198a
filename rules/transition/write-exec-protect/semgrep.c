#include <sys/mman.h>

int both_words(void *p, unsigned long n)
{
    // ruleid: write-exec-protect
    return mprotect(p, n, PROT_READ | PROT_WRITE | PROT_EXEC);
}

int a_number(void *p, unsigned long n)
{
    // ruleid: write-exec-protect
    return mprotect(p, n, 0x7);
}

int finished(void *p, unsigned long n)
{
    // ok: write-exec-protect
    return mprotect(p, n, PROT_READ | PROT_EXEC);
}

int reopened(void *p, unsigned long n)
{
    // ok: write-exec-protect
    return mprotect(p, n, PROT_READ | PROT_WRITE);
}

int windows(void *p, unsigned long n, unsigned long *old)
{
    // ruleid: write-exec-protect-windows
    VirtualProtect(p, n, PAGE_EXECUTE_READWRITE, old);
    // ok: write-exec-protect-windows
    return VirtualProtect(p, n, PAGE_EXECUTE_READ, old);
}
