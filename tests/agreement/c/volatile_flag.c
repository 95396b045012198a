// volatile and restrict, register and const, in every order: they change nothing about the value set.
// arguments: | 1
#include <stddef.h>
#include <sys/mman.h>

static volatile int wanted;

static void *map(int const volatile prot, void *restrict hint) {
    return mmap(hint, 4096, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

int main(int argc, char **argv) {
    register int const base = PROT_READ;
    unsigned volatile local = base;
    (void)argv;
    wanted = argc > 1 ? PROT_WRITE : 0;
    map(base | wanted, NULL);
    map(local, NULL);
    return 0;
}
