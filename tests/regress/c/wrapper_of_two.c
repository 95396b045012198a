/* Believed, and wrong: that what a wrapper of two mapping calls makes is what the first of them makes. */
#include <sys/mman.h>
static void *kept;
void later(void) { mprotect(kept, 4096, PROT_READ | PROT_EXEC); }
static void *map(int prot) {
    mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return mmap(0, 4096, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}
void init(void) { kept = map(PROT_READ | PROT_WRITE); } /* never: benign */
