/* Believed, and wrong: that a member is only stored to by name, though its offset stands in a table. */
#include <sys/mman.h>
#include <stddef.h>
#include <stdlib.h>
struct ctx { int verbose; int prot; };
#define OFFSET(x) offsetof(struct ctx, x)
static const struct { const char *name; size_t at; } options[] = { {"verbose", OFFSET(verbose)}, {"prot", OFFSET(prot)} };
static void set(struct ctx *c, int i, int v) { *(int *)((char *)c + options[i].at) = v; }
int main(int argc, char **argv) { struct ctx *c = malloc(sizeof *c); c->prot = PROT_READ;
    if (argc > 2) set(c, 1, atoi(argv[2]));
    mmap(0,4096,c->prot,MAP_PRIVATE|MAP_ANONYMOUS,-1,0); // never: benign
    return 0; }
