// A flag that remembers which branch was taken decides later.
// arguments: | 1 | 1 2
#include <stddef.h>
#include <sys/mman.h>

int main(int argc, char **argv) {
    int prot = PROT_READ, code = 0;
    (void)argv;
    if (argc > 2) {
        prot |= PROT_EXEC;
        code = 1;
    }
    if (argc > 1 && !code)
        prot |= PROT_WRITE;
    mmap(NULL, 4096, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return 0;
}
