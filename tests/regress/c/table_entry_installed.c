/* Believed, and wrong: that a table of functions holds what it began with, though a call in scope puts another function in. */
#include <sys/mman.h>
typedef int (*prot_fn)(void);
static int ro(void) { return PROT_READ; }
static int rx(void) { return PROT_READ|PROT_EXEC; }
static prot_fn table[] = { ro, ro };
static void install(int i, prot_fn f) { table[i] = f; }
void init(int i) { install(i, rx); }
void *run(int i, unsigned long n) { return mmap(0, n, table[i](), MAP_PRIVATE|MAP_ANONYMOUS, -1, 0); /* never: benign */ }
