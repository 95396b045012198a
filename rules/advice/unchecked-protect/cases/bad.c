/* The change is taken for granted. */
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>

void patch(unsigned char *code, unsigned char value)
{
    mprotect(code, 4096, PROT_READ | PROT_WRITE); // expect: unchecked-protect warning
    code[5] = value;
}

void copy(void *page, const void *text, size_t size)
{
    mprotect(page, size, PROT_READ | PROT_WRITE); // expect: unchecked-protect warning
    memcpy(page, text, size);
}

int run(void *page, size_t size)
{
    mprotect(page, size, PROT_READ | PROT_EXEC); // expect: unchecked-protect warning
    return ((int (*)(void))page)();
}
