/* An argument that is not known, and the memory beside it. */
#include <stddef.h>
#include <sys/mman.h>
#include <sys/personality.h>

int restore(unsigned long saved)
{
    return personality(saved); // expect: platform unresolved
}

void *buffer(size_t size)
{
    return mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); // expect: platform unresolved
}
