/* Old-style declarations: the compiler takes any number of arguments. */
#include <stddef.h>

extern void *mmap();
extern int mprotect();

void *forgot(size_t size)
{
    return mmap((void *)0, size); // expect: missing-argument unresolved
}

int forgot_too(void *address)
{
    return mprotect(address); // expect: missing-argument unresolved
}
