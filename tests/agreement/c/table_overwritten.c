// A slot of a writable table that the program itself replaces.
// arguments: | 1
#include <stddef.h>
#include <sys/mman.h>

typedef int protector(void *, size_t, int);

static int guarded(void *address, size_t length, int prot) {
    return mprotect(address, length, prot & ~PROT_WRITE);
}

static protector *slots[2] = {mprotect, mprotect};

int main(int argc, char **argv) {
    (void)argv;
    if (argc > 1)
        slots[1] = guarded;
    slots[1](NULL, 0, PROT_READ | PROT_WRITE);
    slots[0](NULL, 0, PROT_READ);
    return 0;
}
