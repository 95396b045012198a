/* The file may be written, or nobody knows how it was opened. */
#include <fcntl.h>
#include <stddef.h>
#include <sys/mman.h>

const char *view(int fd, size_t size)
{
    return mmap(NULL, size, PROT_READ, MAP_SHARED, fd, 0); // ok: read-only-descriptor
}

const char *index_open(const char *path, size_t size)
{
    int fd = open(path, O_RDWR);
    return mmap(NULL, size, PROT_READ, MAP_SHARED, fd, 0); // ok: read-only-descriptor
}
