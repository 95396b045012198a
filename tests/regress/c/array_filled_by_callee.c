/* Believed, and wrong: that an array handed to a function without an & stays what it was. */
#include <sys/mman.h>
static int modes[2] = { PROT_READ, PROT_READ | PROT_WRITE };
static void fill(int *out, int extra) { out[0] |= extra; out[1] |= extra; }
void enable_jit(void) { fill(modes, PROT_EXEC); }
void *map_it(int rw, unsigned long n) {
    return mmap(0, n, modes[rw != 0], MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); /* never: benign */
}
