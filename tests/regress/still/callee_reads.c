/* Held: a function in scope that only reads does not store. */
#include <sys/mman.h>
struct cfg { int prot; int n; };
static struct cfg cur = { PROT_READ, 1 };
static int first(struct cfg *c) { return c->n; }
int total(void) { return first(&cur); }
void *map_it(unsigned long n) {
    return mmap(0, n, cur.prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); /* still: benign */
}
