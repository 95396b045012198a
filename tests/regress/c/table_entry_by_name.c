/* Believed, and wrong: that a table of functions holds what it began with, though a call in scope puts another in by name. */
#include <sys/mman.h>
#include <string.h>
typedef int (*prot_fn)(void);
static int ro(void) { return PROT_READ; }
static int rx(void) { return PROT_READ|PROT_EXEC; }
struct ent { const char *name; prot_fn fn; };
static struct ent table[] = { { "x", ro }, { "y", ro } };
void set(const char *name, prot_fn f) { for (unsigned i = 0; i < 2; i++) if (!strcmp(table[i].name, name)) { table[i].fn = f; return; } }
void jit(void) { set("x", rx); }
void *run(unsigned long n) { return mmap(0, n, table[0].fn(), MAP_PRIVATE|MAP_ANONYMOUS, -1, 0); /* never: benign */ }
