/* Believed, and wrong: that a member of a union is only stored to by its own name. */
#include <sys/mman.h>
union u { int prot; unsigned char b[4]; };
static union u cur = { PROT_READ };
void set(int i, unsigned char v) { cur.b[i] = v; }
void *m(unsigned long n) { return mmap(0, n, cur.prot, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0); /* never: benign */ }
