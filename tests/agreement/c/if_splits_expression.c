// An expression that goes on or ends depending on the build.
// configurations: KEEP_EXEC WIDE
// arguments: | 1
#include <stddef.h>
#include <sys/mman.h>

int main(int argc, char **argv) {
    int prot = (PROT_READ
#if defined(WIDE)
                | PROT_WRITE
#endif
                | PROT_EXEC)
#ifndef KEEP_EXEC
               & ~PROT_EXEC
#endif
        ;
    (void)argv;
    if (argc > 1
#ifdef WIDE
        && prot & PROT_WRITE
#endif
    )
        prot = PROT_NONE;
    mmap(NULL, 4096, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return 0;
}
