/* The descriptor is a second way to the code. */
#include <fcntl.h>
#include <stddef.h>
#include <sys/mman.h>

void *image(const char *path, size_t size)
{
    int fd = open(path, O_RDWR);
    if (fd == -1)
        return NULL;
    return mmap(NULL, size, PROT_READ | PROT_EXEC, MAP_SHARED, fd, 0); // expect: writable-file-exec warning
}

void *object(size_t size)
{
    int fd = shm_open("/code", O_CREAT | O_RDWR, 0600);
    return mmap(NULL, size, PROT_READ | PROT_EXEC, MAP_SHARED, fd, 0); // expect: writable-file-exec warning
}
