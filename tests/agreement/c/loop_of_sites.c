// Calls inside loops, with rights that change from turn to turn, break and continue.
// arguments: | 1 | 1 2
#include <stddef.h>
#include <sys/mman.h>

int main(int argc, char **argv) {
    int prot = PROT_READ;
    (void)argv;
    for (int turn = 0; turn < argc; turn++) {
        mmap(NULL, 4096, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        prot |= PROT_WRITE;
    }
    prot = PROT_READ | PROT_WRITE;
    do {
        if (argc == 2)
            break;
        prot = PROT_READ | PROT_EXEC;
        if (argc == 1)
            continue;
        prot &= ~PROT_READ;
    } while (0);
    mprotect(NULL, 0, prot);
    return 0;
}
