#include <sys/mman.h>
#define ALLOW prot |= 6
int main(void) { int prot = 1; ALLOW; return mmap(0, 1, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == 0; }
