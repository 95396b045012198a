#include <fcntl.h>
#include <stddef.h>
#include <sys/mman.h>

void *plugin(size_t size)
{
    int fd = open("/dev/shm/plugin.bin", O_RDONLY);
    // ruleid: temporary-file-exec
    return mmap(NULL, size, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0);
}

void *shared(size_t size)
{
    int fd;
    fd = open("/dev/shm/code", O_RDONLY);
    // ruleid: temporary-file-exec
    return mmap(NULL, size, PROT_READ | PROT_EXEC, MAP_SHARED, fd, 0);
}

void *cache(size_t size)
{
    int fd = open("/dev/shm/cache.dat", O_RDWR);
    // ok: temporary-file-exec
    return mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
}

void *installed(size_t size)
{
    int fd = open("/usr/lib/app/plugin.bin", O_RDONLY);
    // ok: temporary-file-exec
    return mmap(NULL, size, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0);
}
