// A macro that nobody defined counts as 0, and one defined as 0 is still defined.
// configurations: FLAG=-|0|1
#include <stddef.h>
#include <sys/mman.h>

int main(void) {
#if FLAG
    mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
#endif
#if FLAG == 0
    mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
#endif
#ifdef FLAG
    mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
#endif
    return 0;
}
