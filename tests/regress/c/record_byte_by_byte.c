/* Believed, and wrong: that a member is only stored to by its name, not byte by byte through the record. */
#include <sys/mman.h>
struct cfg { int prot; int n; };
void init(struct cfg *c) { c->prot = PROT_READ; }
void reload(struct cfg *c, const unsigned char *p) { unsigned char *d = (unsigned char *)c; for (unsigned i = 0; i < sizeof *c; i++) d[i] = p[i]; }
void *map_it(struct cfg *c, unsigned long n) {
    return mmap(0, n, c->prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); /* never: benign */
}
