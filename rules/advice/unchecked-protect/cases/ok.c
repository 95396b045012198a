/* The result is tested; or what follows does not need the right that was asked for. */
#include <stddef.h>
#include <stdlib.h>
#include <sys/mman.h>

int patch(unsigned char *code, unsigned char value)
{
    if (mprotect(code, 4096, PROT_READ | PROT_WRITE) != 0) // ok: unchecked-protect
        return -1;
    code[5] = value;
    return 0;
}

void guard(char *stack)
{
    mprotect(stack, 4096, PROT_NONE); // ok: unchecked-protect
    stack[8192] = 0;
}

void seal(char *table, char value)
{
    table[0] = value;
    mprotect(table, 4096, PROT_READ); // ok: unchecked-protect
}

void other(char *one, char *two)
{
    mprotect(one, 4096, PROT_READ | PROT_WRITE); // ok: unchecked-protect
    two[0] = 1;
}
