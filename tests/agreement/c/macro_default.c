// A protection that the build may set, with a default where it does not.
// configurations: POOL_PROT=-|1|3|0
#include <stddef.h>
#include <sys/mman.h>

#ifndef POOL_PROT
#define POOL_PROT PROT_READ
#endif

#if POOL_PROT & 2
#define POOL_FLAGS MAP_SHARED
#else
#define POOL_FLAGS MAP_PRIVATE
#endif

int main(void) {
#if POOL_PROT == 3
    mmap(NULL, 4096, PROT_READ | PROT_WRITE, POOL_FLAGS | MAP_ANONYMOUS, -1, 0);
#elif defined(POOL_PROT) && POOL_PROT == 0
    mmap(NULL, 4096, PROT_NONE, POOL_FLAGS | MAP_ANONYMOUS, -1, 0);
#endif
    mprotect(NULL, 0, PROT_READ);
    return 0;
}
