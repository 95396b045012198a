/* A buffer that grows without copying, in one function and through a pointer. */
#define _GNU_SOURCE
#include <stddef.h>
#include <sys/mman.h>

void *doubled(size_t size)
{
    void *buffer = mmap(NULL, size, PROT_READ | PROT_WRITE, // ok: resized-data-mapping
                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (buffer == MAP_FAILED)
        return NULL;
    return mremap(buffer, size, 2 * size, MREMAP_MAYMOVE); // expect: resized-data-mapping benign
}

static void *log_view;
static size_t log_size;

int log_open(int fd, size_t size)
{
    log_view = mmap(NULL, size, PROT_READ, MAP_SHARED, fd, 0);
    log_size = size;
    return log_view == MAP_FAILED;
}

int log_grow(size_t size)
{
    void *moved = mremap(log_view, log_size, size, MREMAP_MAYMOVE); // expect: resized-data-mapping benign
    if (moved == MAP_FAILED)
        return -1;
    log_view = moved;
    log_size = size;
    return 0;
}
