#include "pool.h"
#include <stddef.h>
#include <sys/mman.h>

static int to_prot(int rights) {
    int prot = PROT_NONE;
    if (rights & POOL_READ)
        prot |= PROT_READ;
    if (rights & POOL_WRITE)
        prot |= PROT_WRITE;
    return prot;
}

void *pool_map(size_t length, int rights) {
    return mmap(NULL, length, to_prot(rights), MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

int pool_seal(void *area, size_t length) {
    return mprotect(area, length, to_prot(POOL_READ));
}
