/* Believed, and wrong: that a record is only filled in where its type is spelled out. */
#include <sys/mman.h>
#include <string.h>
#define CFG struct cfg
CFG { int prot; int n; };
void init(CFG *c) { c->prot = PROT_READ; }
void go(CFG *c, const void *b) { memcpy(c, b, sizeof *c); }
void *m(CFG *c, unsigned long n) { return mmap(0, n, c->prot, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0); /* never: benign */ }
