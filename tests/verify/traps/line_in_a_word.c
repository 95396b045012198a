#include <sys/mman.h>
int main(void) { void *p = mmap(0, 1, 1, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); return mpro\
tect(p, 1, 7); }
