// A loop with fixed bounds over the bits of a mask.
// exact: no the analysis does not count how often a loop turns
#include <stddef.h>
#include <sys/mman.h>

int main(void) {
    int prot = 0;
    for (int bit = 0; bit < 2; bit++)
        prot |= 1 << bit;
    mmap(NULL, 4096, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return 0;
}
