#include <sys/mman.h>
int main() { int prot = 1; int &same = prot; same = 7; return mmap(0, 1, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == 0; }
