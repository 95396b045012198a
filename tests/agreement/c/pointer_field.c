// Operations in a struct, reached through a pointer to it.
#include <stddef.h>
#include <sys/mman.h>

struct ops {
    void *(*map)(void *, size_t, int, int, int, off_t);
    int (*protect)(void *, size_t, int);
};

struct pool {
    const struct ops *ops;
    int prot;
};

static const struct ops system_ops = {mmap, mprotect};

static void fill(struct pool *pool) {
    void *area = pool->ops->map(NULL, 4096, pool->prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    pool->ops->protect(area, 4096, PROT_READ);
}

int main(void) {
    struct pool pool = {&system_ops, PROT_READ | PROT_WRITE};
    fill(&pool);
    return 0;
}
