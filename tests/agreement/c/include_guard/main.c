// Headers included twice and through each other; the guards make the second time nothing.
// configurations: WRITABLE
#include "rights.h"
#include "pool.h"
#include "rights.h"
#include <stddef.h>
#include <sys/mman.h>

int main(void) {
    mmap(NULL, 4096, POOL_RIGHTS, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mmap(NULL, 4096, TEXT_RIGHTS, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return 0;
}
