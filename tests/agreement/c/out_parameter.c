// The protection, and the address, come back through pointers.
// arguments: | 1
#include <stddef.h>
#include <sys/mman.h>

static int parse(int argc, int *prot, int *flags) {
    *prot = PROT_READ;
    *flags = MAP_PRIVATE | MAP_ANONYMOUS;
    if (argc > 1)
        *prot |= PROT_WRITE;
    return 0;
}

static int allocate(void **out, int prot, int flags) {
    *out = mmap(NULL, 4096, prot, flags, -1, 0);
    return *out == MAP_FAILED;
}

int main(int argc, char **argv) {
    int prot = 7, flags;
    void *area;
    (void)argv;
    if (parse(argc, &prot, &flags))
        return 1;
    return allocate(&area, prot, flags);
}
