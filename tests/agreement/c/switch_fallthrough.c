// A switch that falls through and has no default.
// arguments: | 1 | 1 2 | 1 2 3 | 1 2 3 4
#include <stddef.h>
#include <sys/mman.h>

int main(int argc, char **argv) {
    int prot = PROT_NONE;
    (void)argv;
    switch (argc) {
    case 2:
        prot |= PROT_WRITE;
    case 3:
        prot |= PROT_READ;
        break;
    case 4:
        prot = PROT_EXEC;
    }
    mmap(NULL, 4096, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return 0;
}
