/* Changes of protection that can't add execute leave the memory alone. */
#include <stddef.h>
#include <sys/mman.h>

void *buffer(size_t size)
{
    return mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); // ok: later-change
}

int freeze(void *address, size_t size, int prot)
{
    return mprotect(address, size, prot & ~(PROT_WRITE | PROT_EXEC)); // ok: later-change
}
