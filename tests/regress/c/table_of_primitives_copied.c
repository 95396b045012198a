/* Believed, and wrong: that a table into which another with a mapping function is copied holds none. */
#include <sys/mman.h>
#include <string.h>
#include <stddef.h>
#include <stdint.h>
typedef int (*pf)(void *, size_t, int);
static pf table[1];
static const pf init_table[1] = { mprotect };
void init(void) { memcpy(table, init_table, sizeof table); }
void *go(size_t n) { void *p = mmap(0, n, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0); /* never: benign */ table[0](p, n, PROT_READ|PROT_EXEC); return p; }
