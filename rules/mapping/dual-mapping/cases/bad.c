/* Code that is written through one view and run through another. */
#define _GNU_SOURCE
#include <stddef.h>
#include <sys/mman.h>
#include <unistd.h>

struct views {
    int fd;
    char *writable, *executable;
};

int views_open(struct views *views, size_t size)
{
    views->fd = memfd_create("code", 0);
    if (views->fd < 0 || ftruncate(views->fd, (off_t)size) < 0)
        return -1;
    views->writable = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, views->fd, 0); // expect: dual-mapping violation
    views->executable = mmap(NULL, size, PROT_READ | PROT_EXEC, MAP_SHARED, views->fd, 0); // expect: dual-mapping violation
    return 0;
}

int views_of(int fd, size_t size, void **run)
{
    void *write = mmap(NULL, size, PROT_WRITE, MAP_SHARED, fd, 0); // expect: dual-mapping violation
    *run = mmap(NULL, size, PROT_EXEC, MAP_SHARED, fd, 0); // expect: dual-mapping violation
    return write == *run;
}
