// The function that maps is itself an argument, with the protection beside it.
// exact: no a function handed on as an argument may be called by anybody
#include <stddef.h>
#include <sys/mman.h>

typedef void *mapper(void *, size_t, int, int, int, off_t);

static void *with(mapper *map, int prot) {
    return map(NULL, 4096, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static void *stricter(void *address, size_t length, int prot, int flags, int fd, off_t offset) {
    return mmap(address, length, prot & ~PROT_WRITE, flags, fd, offset);
}

int main(void) {
    with(stricter, PROT_READ | PROT_WRITE);
    with(mmap, PROT_READ);
    return 0;
}
