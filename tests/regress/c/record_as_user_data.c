/* Believed, and wrong: that code which is handed a record as user data, through a pointer, stores to it by its members. */
#include <sys/mman.h>
#include <stddef.h>
struct cfg { int prot; int n; };
typedef void (*visit)(void *user, size_t n);
extern visit visitor(int kind);
static void each(visit f, void *user, size_t n) { f(user, n); }
void init(struct cfg *c) { c->prot = PROT_READ; }
void load(struct cfg *c, int kind) { each(visitor(kind), c, sizeof *c); }
void *map_it(struct cfg *c, unsigned long n) {
    return mmap(0, n, c->prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); /* never: benign */
}
