// Write and execute exclude each other by a check on both bits, written in three ways.
// arguments: 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7
// exact: no a test of a masked word tells nothing of another mask of it
#include <stddef.h>
#include <stdlib.h>
#include <sys/mman.h>

int main(int argc, char **argv) {
    int prot = (argc > 1 ? atoi(argv[1]) : 0) & 7;
    if ((prot & (PROT_WRITE | PROT_EXEC)) != (PROT_WRITE | PROT_EXEC))
        mmap(NULL, 4096, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (!(prot & PROT_WRITE && prot & PROT_EXEC))
        mprotect(NULL, 0, prot);
    if (prot & PROT_WRITE) {
        if (prot & PROT_EXEC)
            return 1;
        mprotect(NULL, 1, prot);
    }
    return 0;
}
