#pragma once
#include <stddef.h>
#include <sys/mman.h>

static inline void *map_pages(size_t pages, int prot) {
    return mmap(NULL, pages * 4096, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

#define MAP_ONE(prot) mmap(NULL, 4096, (prot), MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
