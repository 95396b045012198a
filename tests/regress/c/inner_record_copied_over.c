/* Believed, and wrong: that a member is only stored to by its name, not by memcpy over the record inside. */
#include <sys/mman.h>
#include <string.h>
struct inner { int prot; };
struct outer { int k; struct inner in; };
void defaults(struct outer *o) { o->k = 0; o->in.prot = PROT_READ; }
void load(struct outer *o, const char *buf) { memcpy(&o->in, buf, sizeof o->in); }
void *map_it(struct outer *o, unsigned long n) {
    return mmap(0, n, o->in.prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); /* never: benign */
}
