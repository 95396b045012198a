/* Believed, and wrong: that a member of a union is only stored to by its own name. */
#include <sys/mman.h>
struct s { int kind; union { int prot; struct { short lo, hi; } h; } u; };
void init(struct s *s) { s->u.prot = PROT_READ; }
void poke(struct s *s, short v) { s->u.h.lo = v; }
void *m(struct s *s, unsigned long n) { return mmap(0, n, s->u.prot, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0); /* never: benign */ }
