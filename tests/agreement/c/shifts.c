// Masks made by shifting, with the amount constant or one of two.
// arguments: | 1
#include <stddef.h>
#include <sys/mman.h>

#define BIT(n) (1u << (n))

int main(int argc, char **argv) {
    int bit = argc > 1 ? 1 : 2;
    (void)argv;
    mmap(NULL, 4096, BIT(0) | BIT(1), MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mmap(NULL, 4096, 1 << bit, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mmap(NULL, 4096, 0x30 >> 4, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mmap(NULL, 4096, (-8 >> 2) & 7, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mmap(NULL, 4096, (int)(0x80000000u >> 31), MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return 0;
}
