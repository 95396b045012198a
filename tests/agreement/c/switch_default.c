// A switch with its default in the middle, a GNU range, and a loop inside.
// arguments: | 1 | 1 2 | 1 2 3 | 1 2 3 4 | 1 2 3 4 5 6 7
#include <stddef.h>
#include <sys/mman.h>

static int rights(int level) {
    switch (level) {
    case 1:
        return PROT_READ;
    default:
        return PROT_NONE;
    case 2 ... 3:
        return PROT_READ | PROT_WRITE;
    case 4: {
        int prot = PROT_READ;
        for (;;) {
            if (prot & PROT_EXEC)
                break;
            prot |= PROT_EXEC;
        }
        return prot;
    }
    }
}

int main(int argc, char **argv) {
    (void)argv;
    mmap(NULL, 4096, rights(argc), MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return 0;
}
