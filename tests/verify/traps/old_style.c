#include <sys/mman.h>
static void *f(size, prot) int size; int prot; { return mmap(0, size, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); }
static void *g(prot) int prot; { return mmap(0, 1, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); }
int main(void) { return f(4096, 7) == g(7); }
