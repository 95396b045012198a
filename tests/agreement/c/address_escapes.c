// The address of the mask goes to a function of the C library, which may store anything there.
// arguments: 1 | 3
// exact: no what sscanf stores is not known
// open: yes what sscanf stores is not known
#include <stddef.h>
#include <stdio.h>
#include <sys/mman.h>

int main(int argc, char **argv) {
    int prot = PROT_NONE;
    if (argc < 2 || sscanf(argv[1], "%d", &prot) != 1)
        return 1;
    mmap(NULL, 4096, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return 0;
}
