#include <stddef.h>
#include <sys/mman.h>

void *text(int fd, size_t size)
{
    // ruleid: executable-mapping
    return mmap(NULL, size, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0);
}

void *stubs(int fd)
{
    // ruleid: executable-mapping
    return mmap(NULL, 4096, 5, MAP_PRIVATE, fd, 0);
}

void *data(int fd, size_t size)
{
    // ok: executable-mapping
    return mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
}

void *both(size_t size)
{
    // ok: executable-mapping
    return mmap(NULL, size, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}
