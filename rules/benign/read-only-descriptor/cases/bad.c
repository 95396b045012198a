/* A log and a dictionary, opened and mapped to be read. */
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

const char *log_open(const char *path, size_t size)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return NULL;
    void *log = mmap(NULL, size, PROT_READ, MAP_SHARED, fd, 0); // expect: read-only-descriptor benign
    close(fd);
    return log == MAP_FAILED ? NULL : log;
}

const char *dictionary(const char *path, size_t size)
{
    FILE *file = fopen(path, "rb");
    void *words = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fileno(file), 0); // expect: read-only-descriptor benign
    return words == MAP_FAILED ? NULL : words;
}
