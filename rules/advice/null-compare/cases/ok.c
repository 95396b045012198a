/* What is compared with NULL here is not the bare result, or was compared rightly before. */
#include <stddef.h>
#include <sys/mman.h>

void *buffer(size_t size)
{
    void *data = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); // ok: null-compare
    return data == MAP_FAILED ? NULL : data;
}

int use(size_t size)
{
    void *data = buffer(size);
    if (data == NULL)
        return -1;
    return munmap(data, size);
}

void *both(size_t size)
{
    void *data = mmap(NULL, size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); // ok: null-compare
    if (data == MAP_FAILED || data == NULL)
        return NULL;
    return data;
}

void *perhaps(size_t size, int wanted)
{
    void *data = NULL;
    if (wanted)
        data = mmap(NULL, size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); // ok: null-compare
    if (data == NULL)
        return NULL;
    return data;
}
