#include <sys/mman.h>
#if 0
it's not closed /* nor is this
#endif
int main(void) { void *p = mmap(0, 1, 1, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); return mprotect(p, 1, 7); }
/* */
