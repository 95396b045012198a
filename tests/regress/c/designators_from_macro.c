/* Believed, and wrong: that an initializer stores nothing where the number of the element is not known. */
#include <sys/mman.h>
#define MODES(X) X(ro, PROT_READ) X(rw, PROT_READ|PROT_WRITE) X(rx, PROT_READ|PROT_EXEC)
enum mode {
#define X(n, p) MODE_##n,
MODES(X)
#undef X
};
static const int prot_of[] = {
#define X(n, p) [MODE_##n] = p,
MODES(X)
#undef X
};
void *m(enum mode k, unsigned long n) { return mmap(0, n, prot_of[k], MAP_PRIVATE|MAP_ANONYMOUS, -1, 0); /* never: benign */ }
