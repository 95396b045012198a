/* Believed, and wrong: that what is handed on as const is not stored to. */
#include <sys/mman.h>
#include <string.h>
struct cfg { int prot; int n; };
void init(struct cfg *c) { c->prot = PROT_READ; }
static void load(const struct cfg *c, const void *b) { memcpy((void *)c, b, sizeof *c); }
void go(struct cfg *c, const void *b) { load(c, b); }
void *m(struct cfg *c, unsigned long n) { return mmap(0, n, c->prot, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0); /* never: benign */ }
