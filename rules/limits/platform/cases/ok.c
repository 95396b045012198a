/* Flags that have nothing to do with execution, and a call that only asks. */
#include <stddef.h>
#include <sys/mman.h>
#include <sys/personality.h>

int without_randomisation(void)
{
    if (personality(0xffffffff) & ADDR_NO_RANDOMIZE)
        return 0;
    return personality(PER_LINUX | ADDR_NO_RANDOMIZE);
}

void *buffer(size_t size)
{
    return mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); // ok: platform
}

void *words(int fd, size_t size)
{
    return mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0); // ok: platform
}
