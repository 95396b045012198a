/* Believed, and wrong: that a record whose address a function out of scope returns was filled in by code in scope. */
#include <sys/mman.h>
struct cfg { int prot; int n; };
static struct cfg cur = { PROT_READ, 1 };
extern const struct cfg *parsed(void);
void reload(void) { cur = *parsed(); }
void *map_it(unsigned long n) {
    return mmap(0, n, cur.prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); /* never: benign */
}
