/* Data from /tmp, and code from elsewhere. */
#include <fcntl.h>
#include <stddef.h>
#include <sys/mman.h>

void *cache(size_t size)
{
    int fd = open("/tmp/cache.dat", O_RDWR);
    return mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0); // ok: temporary-file-exec
}

void *plugin(size_t size)
{
    int fd = open("/usr/lib/app/plugin.bin", O_RDONLY | O_CLOEXEC);
    return mmap(NULL, size, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0); // ok: temporary-file-exec
}
