// A second name for a wrapper, made by the compiler's alias attribute.
#include <stddef.h>
#include <sys/mman.h>

void *pool_map(size_t length, int prot) {
    return mmap(NULL, length, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

void *pool_map_alias(size_t length, int prot) __attribute__((alias("pool_map")));

int main(void) {
    pool_map(4096, PROT_READ);
    pool_map_alias(4096, PROT_READ | PROT_WRITE);
    return 0;
}
