/* EACCES, whoever calls. */
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/mman.h>

void *table(const char *path, size_t size)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return NULL;
    return mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0); // expect: wider-than-descriptor warning
}

void *stream(const char *path, size_t size)
{
    FILE *file = fopen(path, "rb");
    return mmap(NULL, size, PROT_WRITE, MAP_SHARED, fileno(file), 0); // expect: wider-than-descriptor warning
}
