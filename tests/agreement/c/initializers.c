// Designated and partial initialisers, compound literals, zero for what is left out.
// exact: no an element that a later designator replaces keeps its first content as well
#include <stddef.h>
#include <sys/mman.h>

struct want {
    size_t length;
    int prot, flags;
    int spare[3];
};

static const struct want wants[] = {
    [1] = {.flags = MAP_PRIVATE | MAP_ANONYMOUS, .prot = PROT_READ, .length = 4096},
    [0] = {4096, PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, {[2] = PROT_READ | PROT_EXEC}},
    {.length = 4096},
    {.prot = PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS},
};

static void *map(const struct want *want) {
    return mmap(NULL, 4096, want->prot, want->flags | MAP_ANONYMOUS | MAP_PRIVATE, -1, 0);
}

int main(void) {
    map(&wants[1]);
    map(&wants[2]);
    mprotect(NULL, 0, wants[0].prot);
    mprotect(NULL, 0, wants[0].spare[2]);
    mprotect(NULL, 0, wants[1].spare[2]);
    map(&(struct want){.length = 4096, .prot = PROT_NONE});
    mprotect(NULL, 0, (int[]){PROT_READ, PROT_WRITE}[1]);
    mprotect(NULL, 0, (struct want){.prot = PROT_EXEC}.prot);
    return 0;
}
