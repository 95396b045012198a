#include <stddef.h>
#include <string.h>
#include <sys/mman.h>

void patch(unsigned char *code, unsigned char value)
{
    // ruleid: unchecked-protect
    mprotect(code, 4096, PROT_READ | PROT_WRITE);
    code[5] = value;
}

void copy(void *page, const void *text, size_t size)
{
    // ruleid: unchecked-protect
    mprotect(page, size, PROT_READ | PROT_WRITE);
    memcpy(page, text, size);
}

int checked(unsigned char *code, unsigned char value)
{
    // ok: unchecked-protect
    if (mprotect(code, 4096, PROT_READ | PROT_WRITE) != 0)
        return -1;
    code[5] = value;
    return 0;
}

void guard(void *page)
{
    // ok: unchecked-protect
    mprotect(page, 4096, PROT_NONE);
}
