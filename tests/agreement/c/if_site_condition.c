// The call, the value and the function around them exist under different conditions.
// configurations: USE_MAP=0|1 WRITABLE
#include <stddef.h>
#include <sys/mman.h>

#if USE_MAP
static void *open_pool(int prot) {
#ifdef WRITABLE
    prot |= PROT_WRITE;
#endif
    return mmap(NULL, 4096, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}
#endif

int main(void) {
#if USE_MAP
    void *pool = open_pool(PROT_READ);
    mprotect(pool, 4096, PROT_NONE);
#endif
    mprotect(NULL, 0, PROT_READ);
    return 0;
}
