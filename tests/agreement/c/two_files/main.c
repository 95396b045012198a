// A wrapper in one file and its callers in another.
#include "pool.h"
#include <stddef.h>
#include <sys/mman.h>

int main(void) {
    void *a = pool_map(4096, POOL_READ);
    void *b = pool_map(4096, POOL_READ | POOL_WRITE);
    pool_seal(b, 4096);
    return a == b;
}
