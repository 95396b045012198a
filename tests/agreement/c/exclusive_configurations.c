// Write in one build, execute in the other: no build has both.
// configurations: JIT
#include <stddef.h>
#include <sys/mman.h>

static int rights(void) {
    int prot = PROT_READ;
#ifdef JIT
    prot |= PROT_EXEC;
#endif
#ifndef JIT
    prot |= PROT_WRITE;
#endif
    return prot;
}

int main(void) {
    int extra = 0;
#if defined(JIT)
    extra = PROT_EXEC;
#endif
#if !defined(JIT)
    extra |= PROT_WRITE;
#endif
    mmap(NULL, 4096, rights(), MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mmap(NULL, 4096, extra, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return 0;
}
