// The same condition asked twice: write or execute, never both, never neither.
// arguments: | 1
#include <stddef.h>
#include <sys/mman.h>

static void *map(int writable) {
    int prot = PROT_READ;
    if (writable)
        prot |= PROT_WRITE;
    if (!writable)
        prot |= PROT_EXEC;
    return mmap(NULL, 4096, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

int main(int argc, char **argv) {
    int writable = argc > 1;
    int prot = PROT_READ;
    (void)argv;
    map(writable);
    prot |= writable ? PROT_WRITE : 0;
    prot |= writable ? 0 : PROT_EXEC;
    mprotect(NULL, 0, prot);
    return 0;
}
