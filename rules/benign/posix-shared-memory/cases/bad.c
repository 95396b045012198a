/* A queue that two processes share. */
#include <fcntl.h>
#include <stddef.h>
#include <sys/mman.h>

void *queue(size_t size)
{
    int fd = shm_open("/queue", O_CREAT | O_RDWR, 0600);
    if (fd < 0)
        return NULL;
    return mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0); // expect: posix-shared-memory benign
}

const void *watch(const char *name, size_t size)
{
    int fd = shm_open(name, O_RDWR, 0);
    return mmap(NULL, size, PROT_READ, MAP_SHARED, fd, 0); // expect: posix-shared-memory benign
}
