/* The same arena beside a call that may turn it into code: nothing is proved of it. */
#include <stddef.h>
#include <sys/mman.h>

void *arena(size_t size)
{
    return mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); // ok: private-data-memory
}

int publish(void *address, size_t size)
{
    return mprotect(address, size, PROT_READ | PROT_EXEC);
}
