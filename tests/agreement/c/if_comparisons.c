// Comparisons, arithmetic and logic in the condition.
// configurations: VERSION=-|1|2|3|30|-4
#include <stddef.h>
#include <sys/mman.h>

int main(void) {
    int prot = 0;
#if VERSION >= 2 && VERSION <= 3
    prot |= PROT_READ;
#endif
#if !(VERSION < 30)
    prot |= PROT_WRITE;
#endif
#if 3 > VERSION && defined VERSION
    prot |= PROT_EXEC;
#endif
#if VERSION != 1
    mmap(NULL, 4096, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
#endif
#if (2 * 8 - 1) / 5 == 3 && (1 ? 1 : 0)
    mprotect(NULL, 0, prot & PROT_READ);
#else
    mprotect(NULL, 0, PROT_READ | PROT_WRITE | PROT_EXEC);
#endif
    return 0;
}
