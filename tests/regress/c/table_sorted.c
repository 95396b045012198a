/* Believed, and wrong: that sorting a table leaves each element where it was. */
#include <sys/mman.h>
#include <stdlib.h>
struct m { int key; int prot; };
static struct m t[2] = { { 1, PROT_READ }, { 0, PROT_READ|PROT_EXEC } };
static int cmp(const void *x, const void *y) { return ((const struct m*)x)->key - ((const struct m*)y)->key; }
void order(void) { qsort(t, 2, sizeof *t, cmp); }
void *map_it(unsigned long n) {
    return mmap(0, n, t[0].prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); /* never: benign */
}
