// Conditional expressions: nested, as operands, and GNU's form without a middle.
// arguments: | 1 | 1 2 | 1 2 3
#include <stddef.h>
#include <sys/mman.h>

int main(int argc, char **argv) {
    int given = argc > 3 ? PROT_WRITE : 0;
    (void)argv;
    mmap(NULL, 4096, argc > 2 ? PROT_READ : argc > 1 ? PROT_READ | PROT_WRITE : PROT_NONE,
         MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mmap(NULL, 4096, PROT_READ | (argc == 2 ? PROT_EXEC : 0), MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mmap(NULL, 4096, given ?: PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    argc > 1 ? mprotect(NULL, 0, PROT_READ) : mprotect(NULL, 0, PROT_WRITE);
    return 0;
}
