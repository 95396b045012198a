/* Writable, anonymous, or of a protection that a caller out of sight may choose. */
#include <stddef.h>
#include <sys/mman.h>

void *edit(int fd, size_t size)
{
    return mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0); // ok: read-only-file-mapping
}

void *zeros(size_t size)
{
    return mmap(NULL, size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); // ok: read-only-file-mapping
}

void *map_as_told(int fd, size_t size, int prot)
{
    return mmap(NULL, size, prot | PROT_READ, MAP_PRIVATE, fd, 0); // ok: read-only-file-mapping
}
