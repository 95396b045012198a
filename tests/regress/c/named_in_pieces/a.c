/* Believed, and wrong: that a file which spells no mapping function in one piece calls none. */
#include <sys/mman.h>
#define JOIN(a,b) a##b
extern void seal(void*,unsigned long);
void *m(unsigned long n) { void *p = mmap(0, n, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0); /* never: benign */
 seal(p, n); return p; }
