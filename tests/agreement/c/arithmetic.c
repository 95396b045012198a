// Masks by division, remainder, multiplication and addition.
// arguments: 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7
// exact: no division and multiplication of a word read at run time are not followed
#include <stddef.h>
#include <stdlib.h>
#include <sys/mman.h>

int main(int argc, char **argv) {
    unsigned level = argc > 1 ? atoi(argv[1]) : 0;
    mmap(NULL, 4096, level % 4, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mmap(NULL, 4096, (level & 1) * 3, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mmap(NULL, 4096, 1 + 2 * (level > 3), MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mmap(NULL, 4096, 15 / 5, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mmap(NULL, 4096, (level & 2) / 2, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mmap(NULL, 4096, (level & 1) - 1 & PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return 0;
}
