/* Believed, and wrong: that a table of functions holds what it began with, though another is copied over it. */
#include <sys/mman.h>
#include <string.h>
typedef int (*prot_fn)(void);
static int ro(void) { return PROT_READ; }
static int rx(void) { return PROT_READ|PROT_EXEC; }
static prot_fn table[] = { ro, ro };
static const prot_fn jit_table[] = { rx, rx };
void jit(void) { memcpy(table, jit_table, sizeof table); }
void *run(int i, unsigned long n) { return mmap(0, n, table[i](), MAP_PRIVATE|MAP_ANONYMOUS, -1, 0); /* never: benign */ }
