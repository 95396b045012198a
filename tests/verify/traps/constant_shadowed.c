#include <sys/mman.h>
enum { PROT_WRITE = 4 };
int main(void) { return mmap(0, 1, PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == 0; }
