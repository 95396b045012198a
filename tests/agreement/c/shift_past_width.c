// Shifts by as much as the type is wide, or more: C leaves the result open, and machines take the amount modulo 32.
// arguments: | 1
// exact: no any result is allowed
#include <stddef.h>
#include <sys/mman.h>

int main(int argc, char **argv) {
    int amount = argc > 1 ? 34 : 33;
    (void)argv;
    mmap(NULL, 4096, PROT_READ | 1 << amount, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return 0;
}
