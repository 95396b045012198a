/* Believed, and wrong: that an array handed to a function out of scope stays what it was. */
#include <sys/mman.h>
static int modes[2] = { PROT_READ, PROT_READ | PROT_WRITE };
extern void load_modes(int *out, int n);
void enable(void) { load_modes(modes, 2); }
void *map_it(int rw, unsigned long n) {
    return mmap(0, n, modes[rw != 0], MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); /* never: benign */
}
