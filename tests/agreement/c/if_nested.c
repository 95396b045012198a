// Groups in groups, in groups that are never compiled, and conditions that repeat outside ones.
// configurations: A B C
#include <stddef.h>
#include <sys/mman.h>

int main(void) {
    int prot = 0;
#ifdef A
#ifdef B
    prot |= PROT_READ;
#ifdef C
    prot |= PROT_WRITE;
#endif
#else
#ifdef B
    prot |= PROT_EXEC;
#endif
    prot |= PROT_WRITE;
#endif
#elif defined(B) || defined(C)
    prot = PROT_READ;
#endif
#if 0
    prot |= PROT_EXEC;
#ifdef A
    mmap(NULL, 4096, PROT_EXEC | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
#endif
#endif
    mmap(NULL, 4096, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return 0;
}
