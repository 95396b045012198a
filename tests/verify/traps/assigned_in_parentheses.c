#include <sys/mman.h>
int main(void) { int prot = 1; (prot) = 7; return mmap(0, 1, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == 0; }
