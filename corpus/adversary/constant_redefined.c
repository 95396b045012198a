/* PROT_WRITE means something else here. */
#include <sys/mman.h>

#undef PROT_WRITE
#define PROT_WRITE (2 | 4)
int main(void) { return mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == 0; }  // adversary: violation[write-exec-mapping]
