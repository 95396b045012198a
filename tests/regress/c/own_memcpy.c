/* Believed, and wrong: that a member is only stored to by its name, not by a copying function of the program. */
#include <sys/mman.h>
#include <stddef.h>
struct cfg { int prot; int n; };
static void copy(void *to, const void *from, size_t n) { char *t = to; const char *f = from; while (n--) *t++ = *f++; }
void init(struct cfg *c) { c->prot = PROT_READ; }
void reload(struct cfg *c, const unsigned char *p) { copy(c, p, sizeof *c); }
void *map_it(struct cfg *c, unsigned long n) {
    return mmap(0, n, c->prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); /* never: benign */
}
