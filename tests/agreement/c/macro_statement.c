// A macro of statements, used inside if and else; its local must not be mixed up with the function's.
// arguments: | 1
#include <stddef.h>
#include <sys/mman.h>

#define REMAP(area, wanted)                 \
    do {                                    \
        int prot = (wanted);                \
        if (prot & PROT_WRITE)              \
            prot &= ~PROT_EXEC;             \
        mprotect((area), 4096, prot);       \
    } while (0)

int main(int argc, char **argv) {
    int prot = PROT_READ;
    void *area = mmap(NULL, 4096, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    (void)argv;
    if (argc > 1)
        REMAP(area, PROT_READ | PROT_WRITE | PROT_EXEC);
    else
        REMAP(area, PROT_READ | PROT_EXEC);
    mprotect(area, 4096, prot);
    return 0;
}
