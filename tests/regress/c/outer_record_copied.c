/* Believed, and wrong: that a member is only stored to by its name, not with a record around it that code out of scope filled in. */
#include <sys/mman.h>
struct inner { int prot; };
struct mid { struct inner in; };
struct outer { struct mid m; };
void defaults(struct outer *c) { c->m.in.prot = PROT_READ; }
void take(struct outer *c, struct mid *other) { c->m = *other; }
extern void fetch(struct mid *);
void go(struct outer *c) { struct mid m; fetch(&m); take(c, &m); }
void *map_it(struct outer *c, unsigned long n) {
    return mmap(0, n, c->m.in.prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); /* never: benign */
}
