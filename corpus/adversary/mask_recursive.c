/* A function that calls itself makes the mask one bit at a time. */
#include <sys/mman.h>

static int bits(int n) { return n ? bits(n - 1) * 2 + 1 : 0; }
int main(void) { return mmap(0, 4096, bits(3), MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == 0; }  // adversary: unresolved[limit]
