/* Believed, and wrong: that a member is only stored to by its name, not through a pointer to its type. */
#include <sys/mman.h>
#include <stddef.h>
struct dev { int prot; int stats; };
void init(struct dev *d) { d->prot = PROT_READ; d->stats = 0; }
void hot(int *stats) { struct dev *d = (struct dev *)((char *)stats - offsetof(struct dev, stats)); int *p = (int *)d; *p = PROT_READ|PROT_EXEC; }
void *m(struct dev *d, unsigned long n) { return mmap(0, n, d->prot, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0); /* never: benign */ }
