// What a comparison with a constant leaves over, on both sides, signed and unsigned.
// arguments: 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7
// exact: no a comparison of a masked word tells of the word, not of the mask
#include <stddef.h>
#include <stdlib.h>
#include <sys/mman.h>

int main(int argc, char **argv) {
    int prot = (argc > 1 ? atoi(argv[1]) : 0) & 7;
    unsigned same = prot;
    if (prot == PROT_READ || prot == (PROT_READ | PROT_WRITE))
        mmap(NULL, 4096, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (prot < PROT_EXEC)
        mprotect(NULL, 0, prot);
    if (same >= 2 && same <= 3)
        mprotect(NULL, 1, same);
    if (4 > prot && prot)
        mprotect(NULL, 2, prot);
    switch (prot) {
    case PROT_READ:
    case PROT_READ | PROT_EXEC:
        mprotect(NULL, 3, prot);
    }
    return 0;
}
