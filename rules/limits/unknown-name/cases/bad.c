/* Names that are not defined here: a build, a header or another file would have to define them. */
#include <stddef.h>
#include <sys/mman.h>

void *map_default(size_t size)
{
    return mmap(NULL, size, CONFIG_MAP_PROTECTION, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); // expect: unknown-name unresolved
}

extern int default_rights;

void *map_as_configured(size_t size)
{
    return mmap(NULL, size, default_rights, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); // expect: unknown-name unresolved
}

int open_up(void *address, size_t size)
{
    return mprotect(address, size, PROT_READ | CONFIG_EXTRA_RIGHTS); // expect: unknown-name unresolved
}
