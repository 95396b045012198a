/* Believed, and wrong: that memcpy over an array stores nothing to it. */
#include <sys/mman.h>
#include <string.h>
static int modes[2] = { PROT_READ, PROT_READ | PROT_WRITE };
static const int exec_modes[2] = { PROT_READ | PROT_EXEC, PROT_READ | PROT_WRITE | PROT_EXEC };
void enable_jit(void) { memcpy(modes, exec_modes, sizeof modes); }
void *map_it(int rw, unsigned long n) {
    return mmap(0, n, modes[rw != 0], MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); /* never: benign */
}
void *use(unsigned long n) { return map_it(1, n); }
