/* Believed, and wrong: that a table is only stored to under its own name, not through a pointer to it. */
#include <sys/mman.h>
static int modes[2] = { PROT_READ, PROT_READ|PROT_WRITE };
void jit(void) { int *p = modes; p[1] = PROT_READ|PROT_WRITE|PROT_EXEC; }
void *map_it(unsigned long n) {
    return mmap(0, n, modes[1], MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); /* never: benign */
}
