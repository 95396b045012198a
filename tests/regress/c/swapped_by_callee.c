/* Believed, and wrong: that a global whose address is handed to a function in scope stays what it was. */
#include <sys/mman.h>
static void swap_ints(int *a, int *b) { int t = *a; *a = *b; *b = t; }
static int cur = PROT_READ, alt = PROT_READ|PROT_EXEC;
void flip(void) { swap_ints(&cur, &alt); }
void *m(unsigned long n) { return mmap(0, n, cur, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0); /* never: benign */ }
