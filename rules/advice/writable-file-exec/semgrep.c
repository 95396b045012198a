#include <fcntl.h>
#include <stddef.h>
#include <sys/mman.h>

void *image(const char *path, size_t size)
{
    int fd = open(path, O_RDWR);
    // ruleid: writable-file-exec
    return mmap(NULL, size, PROT_READ | PROT_EXEC, MAP_SHARED, fd, 0);
}

void *object(size_t size)
{
    int fd = shm_open("/code", O_CREAT | O_RDWR, 0600);
    // ruleid: writable-file-exec
    return mmap(NULL, size, PROT_READ | PROT_EXEC, MAP_SHARED, fd, 0);
}

void *readable(const char *path, size_t size)
{
    int fd = open(path, O_RDONLY);
    // ok: writable-file-exec
    return mmap(NULL, size, PROT_READ | PROT_EXEC, MAP_SHARED, fd, 0);
}

void *copy(const char *path, size_t size)
{
    int fd = open(path, O_RDWR);
    // ok: writable-file-exec
    return mmap(NULL, size, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0);
}
