// The mask comes from the command line; the wrapper proves that whatever it is, execute is not in it.
// arguments: 0 | 1 | 2 | 3 | 5 | 7
#include <stddef.h>
#include <stdlib.h>
#include <sys/mman.h>

int main(int argc, char **argv) {
    int wanted = argc > 1 ? atoi(argv[1]) : 0;
    mmap(NULL, 4096, wanted & ~PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mmap(NULL, 4096, (wanted & PROT_WRITE) | PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return 0;
}
