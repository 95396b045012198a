/* The address of a static function does not leave, or the parameter does not matter. */
#include <stddef.h>
#include <sys/mman.h>

static void *map_pages(size_t size, int prot)
{
    return mmap(NULL, size, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); // ok: indirect-caller
}

static void *map_data(size_t size, int writable)
{
    return mmap(NULL, size, writable ? PROT_READ | PROT_WRITE : PROT_READ, // ok: indirect-caller
                MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

void *(*const data_mapper)(size_t, int) = map_data;

void *pages(size_t size)
{
    return map_pages(size, PROT_READ | PROT_WRITE);
}
