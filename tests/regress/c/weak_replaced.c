/* Believed, and wrong: that a weak function is the one that is linked. */
#include <sys/mman.h>
#include <stddef.h>
#include <stdint.h>
__attribute__((weak)) int default_prot(void) { return PROT_READ; }
void *go(size_t n) { return mmap(0, n, default_prot(), MAP_PRIVATE|MAP_ANONYMOUS, -1, 0); /* never: benign */ }
