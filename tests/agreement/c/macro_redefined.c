// A macro that means one thing above its #undef and another below.
#include <stddef.h>
#include <sys/mman.h>

#define PROT_FOR_POOL PROT_READ
static void *first(void) {
    return mmap(NULL, 4096, PROT_FOR_POOL, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}
#undef PROT_FOR_POOL
#define PROT_FOR_POOL (PROT_READ | PROT_WRITE)
static void *second(void) {
    return mmap(NULL, 4096, PROT_FOR_POOL, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

int main(void) {
    return first() == second();
}
