// A member that exists in some builds only; a positional initialiser follows it.
// configurations: TRACED
#include <stddef.h>
#include <sys/mman.h>

struct pool {
#ifdef TRACED
    int trace;
#endif
    int prot;
    int flags;
};

static const struct pool pool = {PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS,
#ifdef TRACED
                                 MAP_PRIVATE | MAP_ANONYMOUS
#endif
};

int main(void) {
#ifdef TRACED
    mprotect(NULL, 0, pool.trace);
    mmap(NULL, 4096, pool.prot & 3, pool.flags, -1, 0);
#else
    mmap(NULL, 4096, pool.prot, pool.flags, -1, 0);
#endif
    return 0;
}
