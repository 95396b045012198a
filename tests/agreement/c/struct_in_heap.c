// A record from malloc, filled by one function and read by another.
// arguments: | 1
// exact: no a member of heap memory may be the zero that it was born with
#include <stddef.h>
#include <stdlib.h>
#include <sys/mman.h>

struct arena {
    int arena_prot;
    void *base;
};

static struct arena *arena_new(int writable) {
    struct arena *arena = malloc(sizeof *arena);
    if (!arena)
        abort();
    arena->arena_prot = PROT_READ;
    if (writable)
        arena->arena_prot = PROT_READ | PROT_WRITE;
    return arena;
}

static void arena_fill(struct arena *arena) {
    arena->base = mmap(NULL, 4096, arena->arena_prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

int main(int argc, char **argv) {
    struct arena *arena = arena_new(argc > 1);
    (void)argv;
    arena_fill(arena);
    free(arena);
    return 0;
}
