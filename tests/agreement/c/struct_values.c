// Structs passed, returned, copied and nested by value.
// arguments: | 1
// exact: no a record returned by value carries no values
#include <stddef.h>
#include <sys/mman.h>

struct rights {
    int prot;
    int flags;
};

struct pool {
    size_t length;
    struct rights rights;
};

static struct rights make(int writable) {
    struct rights rights = {PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS};
    if (writable)
        rights.prot |= PROT_WRITE;
    return rights;
}

static void *map(struct rights rights) {
    return mmap(NULL, 4096, rights.prot, rights.flags, -1, 0);
}

int main(int argc, char **argv) {
    struct pool pool = {4096, {PROT_NONE, 0}};
    struct pool copy;
    (void)argv;
    pool.rights = make(argc > 1);
    copy = pool;
    map(copy.rights);
    return 0;
}
