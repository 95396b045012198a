// An exported function that nothing here calls: its parameter may be anything.
// exact: no the parameter may be anything
// open: yes the parameter may be anything
#include <stddef.h>
#include <sys/mman.h>

void *pool_map(int prot);

void *pool_map(int prot) {
    return mmap(NULL, 4096, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

void *(*volatile keep)(int) = pool_map;

int main(void) {
    return mprotect(NULL, 0, PROT_READ);
}
