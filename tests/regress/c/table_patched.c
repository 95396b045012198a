/* Believed, and wrong: that a table of functions holds what it began with, though a function is handed its address. */
#include <sys/mman.h>
typedef int (*prot_fn)(void);
static int ro(void) { return PROT_READ; }
static int rx(void) { return PROT_READ|PROT_EXEC; }
static prot_fn table[] = { ro, ro };
static void patch(prot_fn *t, int n) { for (int i = 0; i < n; i++) t[i] = rx; }
void jit(void) { patch(table, 2); }
void *run(int i, unsigned long n) { return mmap(0, n, table[i](), MAP_PRIVATE|MAP_ANONYMOUS, -1, 0); /* never: benign */ }
