/* Masks from elsewhere. */
#include <stddef.h>
#include <sys/mman.h>

extern int protection_of(int kind);

void *map_kind(size_t size, int kind)
{
    return mmap(NULL, size, protection_of(kind), MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); // expect: unknown-call unresolved
}

int set_kind(void *address, size_t size, int kind)
{
    int prot = PROT_READ | protection_of(kind);
    return mprotect(address, size, prot); // expect: unknown-call unresolved
}
