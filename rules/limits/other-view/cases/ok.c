/* Anonymous memory has no second view. */
#include <stddef.h>
#include <sys/mman.h>

void *arena(size_t size)
{
    return mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); // ok: other-view
}

void *code(int fd, size_t size)
{
    return mmap(NULL, size, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0); // ok: other-view
}
