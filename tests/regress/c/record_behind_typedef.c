/* Believed, and wrong: that a member is only stored to by its name, not by fread over a record whose type is hidden in a typedef. */
#include <sys/mman.h>
#include <unistd.h>
#include <stdlib.h>
#include <stdio.h>
typedef struct cfg_s { int prot; int n; } *cfg_t;
static cfg_t g;
void init(void) { g = malloc(sizeof *g); g->prot = PROT_READ; }
void load(FILE *f) { fread(g, sizeof *g, 1, f); }
void *map_it(unsigned long n) {
    return mmap(0, n, g->prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); /* never: benign */
}
