/* The file may be written, or the mapping is private, or asks for write only where the file was opened so. */
#include <fcntl.h>
#include <stddef.h>
#include <sys/mman.h>

void *table(const char *path, size_t size)
{
    int fd = open(path, O_RDWR | O_CREAT, 0600);
    return mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0); // ok: wider-than-descriptor
}

void *copy(const char *path, size_t size)
{
    int fd = open(path, O_RDONLY);
    return mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0); // ok: wider-than-descriptor
}

void *either(const char *path, size_t size, int writing)
{
    int fd = open(path, writing ? O_RDWR : O_RDONLY);
    return mmap(NULL, size, writing ? PROT_READ | PROT_WRITE : PROT_READ, MAP_SHARED, fd, 0); // ok: wider-than-descriptor
}
