/* Believed, and wrong: that a record given by callers out of scope holds what code in scope stores to its members. */
#include <sys/mman.h>
struct mode { const char *name; int prot; };
static struct mode modes[3] = { { "r", PROT_READ }, { "w", PROT_WRITE | PROT_READ }, { "-", PROT_NONE } };
void set_mode(int i, struct mode m) { modes[i] = m; }
void *map_it(unsigned i, unsigned long n) {
    return mmap(0, n, modes[i].prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); /* never: benign */
}
