/* Static functions that others reach through a pointer. */
#include <stddef.h>
#include <sys/mman.h>

static void *map_pages(size_t size, int prot)
{
    return mmap(NULL, size, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); // expect: indirect-caller unresolved
}

static int protect_pages(void *address, size_t size, int prot)
{
    return mprotect(address, size, prot); // expect: indirect-caller unresolved
}

const struct memory_operations {
    void *(*map)(size_t, int);
    int (*protect)(void *, size_t, int);
} memory_operations = {map_pages, protect_pages};
