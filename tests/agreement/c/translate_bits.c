// The library's own rights turned into PROT_* bit by bit, each caller with rights of its own.
#include <stddef.h>
#include <sys/mman.h>

enum { RIGHT_R = 0x100, RIGHT_W = 0x200, RIGHT_X = 0x400 };

static int to_prot(unsigned rights) {
    int prot = PROT_NONE;
    if (rights & RIGHT_R)
        prot |= PROT_READ;
    if (rights & RIGHT_W)
        prot |= PROT_WRITE;
    if (rights & RIGHT_X)
        prot |= PROT_EXEC;
    return prot;
}

static void *map(unsigned rights) {
    return mmap(NULL, 4096, to_prot(rights), MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

int main(void) {
    map(RIGHT_R);
    map(RIGHT_R | RIGHT_W);
    mprotect(NULL, 0, to_prot(RIGHT_R | RIGHT_X));
    return 0;
}
