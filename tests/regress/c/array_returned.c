/* Believed, and wrong: that an array is stored to only by name, though a function returns its address. */
#include <sys/mman.h>
static int modes[2] = { PROT_READ, PROT_READ|PROT_WRITE };
int *get_modes(void) { return modes; }
void jit(void) { get_modes()[1] |= PROT_EXEC; }
void *map_it(unsigned long n) {
    return mmap(0, n, modes[1], MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); /* never: benign */
}
