/* Unfinished code: no compiler takes it, and no more can be said of it. */
#include <stddef.h>
#include <sys/mman.h>

void *first(size_t size)
{
    int prot = PROT_READ | ) PROT_WRITE ( ;
    return mmap(NULL, size, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); // expect: syntax unresolved
}

int second(void *address)
{
    int prot = PROT_READ ] | [ PROT_WRITE;
    return mprotect(address, 4096, prot); // expect: syntax unresolved
}
