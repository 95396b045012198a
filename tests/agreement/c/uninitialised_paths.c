// A local set on every path that reaches the call, though not at its declaration.
// arguments: | 1 | 1 2
#include <stddef.h>
#include <sys/mman.h>

int main(int argc, char **argv) {
    int prot;
    (void)argv;
    if (argc == 1) {
        prot = PROT_READ;
    } else if (argc == 2) {
        prot = PROT_READ | PROT_WRITE;
    } else {
        return 0;
    }
    mmap(NULL, 4096, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return 0;
}
