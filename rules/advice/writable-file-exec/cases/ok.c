/* Read only, private, or data. */
#include <fcntl.h>
#include <stddef.h>
#include <sys/mman.h>

void *image(const char *path, size_t size)
{
    int fd = open(path, O_RDONLY);
    return mmap(NULL, size, PROT_READ | PROT_EXEC, MAP_SHARED, fd, 0); // ok: writable-file-exec
}

void *copy(const char *path, size_t size)
{
    int fd = open(path, O_RDWR);
    return mmap(NULL, size, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0); // ok: writable-file-exec
}

void *data(const char *path, size_t size)
{
    int fd = open(path, O_RDWR);
    return mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0); // ok: writable-file-exec
}
