// Enumerators with values from each other, from macros and from sizeof.
#include <stddef.h>
#include <sys/mman.h>

#define BASE 1

typedef enum {
    R = BASE,
    W = R << 1,
    X = sizeof(char[4]),
    RW = R | W,
    NEXT,
    AFTER,
} rights;

int main(void) {
    rights all = RW;
    mmap(NULL, 4096, all, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mmap(NULL, 4096, NEXT, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mmap(NULL, 4096, AFTER & ~X, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return 0;
}
