/* Held: memory that is cleared holds zero. */
#include <sys/mman.h>
#include <string.h>
struct cfg { int prot; int n; };
static struct cfg cur = { PROT_READ, 1 };
void reset(void) { memset(&cur, 0, sizeof cur); }
void *map_it(unsigned long n) {
    return mmap(0, n, cur.prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); /* still: benign */
}
