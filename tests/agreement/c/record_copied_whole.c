// Records that are copied whole: one that differs between builds, and one too large to be followed member by member.
// configurations: TRACED
// exact: no of such a record nothing is known after a copy
#include <stddef.h>
#include <sys/mman.h>

struct pool {
#ifdef TRACED
    int trace;
#endif
    int prot;
};

struct large {
    int first[16], second[16], third[16], fourth[16], fifth[16];
    int rights;
};

static struct pool pools[2] = {{.prot = PROT_READ}, {.prot = PROT_READ | PROT_WRITE}};

int main(void) {
    struct pool pool = {.prot = PROT_NONE};
    struct large small = {.rights = PROT_READ}, large = {.rights = PROT_READ | PROT_EXEC};
    mmap(NULL, 4096, pool.prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    pool = pools[1];
    mmap(NULL, 4096, pool.prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mprotect(NULL, 0, small.rights);
    small = large;
    mprotect(NULL, 0, small.rights);
    pools[0] = pools[1];
    mprotect(NULL, 0, pools[0].prot);
    return 0;
}
