/* Believed, and wrong: that a table is only stored to under its own name, not by a loop with a pointer. */
#include <sys/mman.h>
static int modes[2] = { PROT_READ, PROT_READ|PROT_WRITE };
void jit(void) { for (int *p = modes; p < modes + 2; p++) *p |= PROT_EXEC; }
void *map_it(unsigned long n) {
    return mmap(0, n, modes[1], MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); /* never: benign */
}
