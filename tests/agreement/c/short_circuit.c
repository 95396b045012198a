// Assignments and calls on the right of && and ||: they happen or they don't.
// arguments: | 1
#include <stddef.h>
#include <sys/mman.h>

static int add(int *prot, int bits) {
    *prot |= bits;
    return 1;
}

int main(int argc, char **argv) {
    int prot = PROT_READ, other = PROT_READ;
    (void)argv;
    if (argc > 1 && (prot |= PROT_WRITE))
        argc += 0;
    mmap(NULL, 4096, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    0 && add(&other, PROT_EXEC);
    1 || add(&other, PROT_EXEC);
    argc > 1 || add(&other, PROT_WRITE);
    mmap(NULL, 4096, other, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return 0;
}
