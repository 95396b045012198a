#include <sys/mman.h>
static void *map(unsigned long n, int prot = 7) { return mmap(nullptr, n, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); }
int main() { return map(4096) == map(8192, 1); }
