/* Believed, and wrong: that a global is not stored to where other objects begin, which is code in C++. */
#include <sys/mman.h>
static int g = PROT_READ;
static int x = (g = 7);
int f(void) { return mmap(0, 4096, g, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) == 0; } /* never: benign */
static int h = PROT_READ;
void k(void) { static int y = (h = 7); }
int l(void) { return mmap(0, 4096, h, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) == 0; } /* never: benign */
