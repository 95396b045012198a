/* Believed, and wrong: that memcpy over an array in an object stores nothing to it. */
#include <sys/mman.h>
#include <string.h>
struct cfg { int modes[2]; };
static struct cfg cur = { { PROT_READ, PROT_READ|PROT_WRITE } };
void load(const int *from) { memcpy(cur.modes, from, sizeof cur.modes); }
void *map_it(unsigned long n) {
    return mmap(0, n, cur.modes[1], MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); /* never: benign */
}
