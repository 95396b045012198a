/* Believed, and wrong: that inline assembly stores nothing to its output. */
#include <sys/mman.h>
#include <stdint.h>
static int prot = PROT_READ;
void jit(void) { __asm__ volatile("movl $5, %0" : "=m"(prot)); }
void *m(unsigned long n) { return mmap(0, n, prot, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0); /* never: benign */ }
