/* A file, and memory without a name. */
#include <fcntl.h>
#include <stddef.h>
#include <sys/mman.h>

void *file(const char *path, size_t size)
{
    int fd = open(path, O_RDWR);
    return mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0); // ok: posix-shared-memory
}

void *inherited(size_t size)
{
    return mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0); // ok: posix-shared-memory
}
