/* One object, two views. */
#define _GNU_SOURCE
#include <stddef.h>
#include <sys/mman.h>
#include <unistd.h>

struct buffer {
    char *writer;
    const char *runner;
    const char *reader;
};

int open_buffer(struct buffer *buffer, size_t size)
{
    int fd = memfd_create("buffer", 0);
    if (fd < 0 || ftruncate(fd, (off_t)size) != 0)
        return -1;
    buffer->writer = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0); // expect: dual-mapping violation
    buffer->reader = mmap(NULL, size, PROT_READ, MAP_SHARED, fd, 0); // expect: other-view unresolved
    buffer->runner = mmap(NULL, size, PROT_READ | PROT_EXEC, MAP_SHARED, fd, 0); // ok: other-view
    return 0;
}

int open_twice(struct buffer *buffer, size_t size, const char *name)
{
    int first = shm_open(name, 2, 0600), second = shm_open(name, 2, 0600);
    buffer->writer = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, first, 0); // expect: other-view unresolved
    buffer->runner = mmap(NULL, size, PROT_READ | PROT_EXEC, MAP_SHARED, second, 0); // ok: other-view
    return 0;
}
