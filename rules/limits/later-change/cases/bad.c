/* Data, and a call that may make anything executable. */
#include <stddef.h>
#include <sys/mman.h>

void *buffer(size_t size)
{
    return mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); // expect: later-change unresolved
}

void *lookup(int fd, size_t size)
{
    return mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0); // expect: later-change unresolved
}

int make_runnable(void *address, size_t size)
{
    return mprotect(address, size, PROT_READ | PROT_EXEC); // ok: later-change
}
