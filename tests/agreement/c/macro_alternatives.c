// One macro with a different body in each configuration.
// configurations: WRITABLE FAST
#include <stddef.h>
#include <sys/mman.h>

#ifdef WRITABLE
#define POOL_PROT (PROT_READ | PROT_WRITE)
#else
#define POOL_PROT PROT_READ
#endif

#ifdef FAST
#define POOL_MAP(n) mmap(NULL, n, POOL_PROT, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
#else
#define POOL_MAP(n) mmap(NULL, n, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
#endif

int main(void) {
    void *pool = POOL_MAP(4096);
    mprotect(pool, 4096, POOL_PROT);
    return 0;
}
