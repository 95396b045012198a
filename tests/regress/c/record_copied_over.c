/* Believed, and wrong: that a member is only stored to by its name, not by memcpy over the record. */
#include <sys/mman.h>
#include <string.h>
#include <stdlib.h>
#include <stddef.h>
struct cfg { int prot; int n; };
static struct cfg *new_cfg(void) { struct cfg *c = malloc(sizeof *c); c->prot = PROT_READ; c->n = 0; return c; }
void reload(struct cfg *c, const void *packet, size_t n) { memcpy(c, packet, n); }
struct cfg *make(void) { return new_cfg(); }
void *map_it(struct cfg *c, unsigned long n) {
    return mmap(0, n, c->prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); /* never: benign */
}
