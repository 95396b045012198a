// A chain of #elif, each arm excluding those before it.
// configurations: LEVEL=-|0|1|2|3|9
#include <stddef.h>
#include <sys/mman.h>

int main(void) {
    int prot;
#if !defined(LEVEL)
    prot = PROT_NONE;
#elif LEVEL == 0
    prot = PROT_READ;
#elif LEVEL == 1
    prot = PROT_WRITE;
#elif LEVEL < 3
    prot = PROT_READ | PROT_WRITE;
#elif LEVEL > 8
    prot = PROT_EXEC;
#else
    prot = PROT_READ | PROT_EXEC;
#endif
    mmap(NULL, 4096, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return 0;
}
