/* What is moved may be code, or anything. */
#define _GNU_SOURCE
#include <stddef.h>
#include <sys/mman.h>

void *move_code(int fd, size_t size)
{
    void *text = mmap(NULL, size, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0);
    if (text == MAP_FAILED)
        return NULL;
    return mremap(text, size, 2 * size, MREMAP_MAYMOVE); // ok: resized-data-mapping
}

void *move_anything(void *address, size_t size)
{
    return mremap(address, size, 2 * size, MREMAP_MAYMOVE); // ok: resized-data-mapping
}
