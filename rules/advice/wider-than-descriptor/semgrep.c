#include <fcntl.h>
#include <stddef.h>
#include <sys/mman.h>

void *table(const char *path, size_t size)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    // ruleid: wider-than-descriptor
    return mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
}

void *other(const char *path, size_t size)
{
    int fd;
    fd = open(path, O_RDONLY);
    // ruleid: wider-than-descriptor
    return mmap(NULL, size, PROT_WRITE, MAP_SHARED, fd, 0);
}

void *writable(const char *path, size_t size)
{
    int fd = open(path, O_RDWR);
    // ok: wider-than-descriptor
    return mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
}

void *copy(const char *path, size_t size)
{
    int fd = open(path, O_RDONLY);
    // ok: wider-than-descriptor
    return mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
}
