/* Code that is mapped from a file, and memory that is plainly both. */
#include <stddef.h>
#include <sys/mman.h>

void *load(int fd, size_t size)
{
    return mmap(NULL, size, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0); // ok: discipline
}

void *both(size_t size)
{
    return mmap(NULL, size, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); // ok: discipline
}
