// Cases of a switch that only some builds have; the fall-through changes with them.
// configurations: WITH_WRITE
// arguments: | 1 | 1 2 | 1 2 3
#include <stddef.h>
#include <sys/mman.h>

int main(int argc, char **argv) {
    int prot = 0;
    (void)argv;
    switch (argc) {
    case 4:
        prot |= PROT_EXEC;
#ifdef WITH_WRITE
        break;
    case 3:
        prot |= PROT_WRITE;
#endif
        /* fall through */
    case 2:
        prot |= PROT_READ;
    }
    mmap(NULL, 4096, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return 0;
}
