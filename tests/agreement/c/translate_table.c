// Segment flags turned into PROT_* by a table, as loaders do: the two encodings have their bits the other way round.
// arguments: 4 | 6 | 5
// exact: no the flags come from outside and the table has entries for all of them
#include <stddef.h>
#include <stdlib.h>
#include <sys/mman.h>

static const int prot_of_flags[8] = {
    PROT_NONE,
    PROT_EXEC,
    PROT_WRITE,
    PROT_WRITE | PROT_EXEC,
    PROT_READ,
    PROT_READ | PROT_EXEC,
    PROT_READ | PROT_WRITE,
    PROT_READ | PROT_WRITE | PROT_EXEC,
};

int main(int argc, char **argv) {
    unsigned flags = argc > 1 ? atoi(argv[1]) : 0;
    mmap(NULL, 4096, prot_of_flags[flags & 7], MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mmap(NULL, 4096, prot_of_flags[6], MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return 0;
}
