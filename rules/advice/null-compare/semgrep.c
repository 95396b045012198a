#include <stddef.h>
#include <sys/mman.h>

void *buffer(size_t size)
{
    void *data;
    // ruleid: null-compare
    data = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (data == NULL) {
        return NULL;
    }
    return data;
}

void *view(int fd, size_t size)
{
    // ruleid: null-compare
    void *data = mmap(NULL, size, PROT_READ, MAP_SHARED, fd, 0);
    if (!data) {
        return NULL;
    }
    return data;
}

void *checked(size_t size)
{
    // ok: null-compare
    void *data = mmap(NULL, size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (data == MAP_FAILED) {
        return NULL;
    }
    return data;
}

void *other(size_t size)
{
    // ok: null-compare
    void *data = malloc(size);
    if (data == NULL) {
        return NULL;
    }
    return data;
}
