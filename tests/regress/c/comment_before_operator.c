/* Believed, and wrong: that nothing is stored where a comment or a joint stands between a name and the operator. */
#include <sys/mman.h>

static int first = PROT_READ, second = PROT_READ;

void widen(void) {
    first  // the mask of the pool
        |= PROT_WRITE | PROT_EXEC;
    second \
        |= PROT_WRITE | PROT_EXEC;
}

void *one(void) {
    return mmap(0, 4096, first, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);  // never: benign
}

void *two(void) {
    return mmap(0, 4096, second, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);  // never: benign
}
