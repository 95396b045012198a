// Wrappers that add to, take from or replace what their callers ask for.
#include <stddef.h>
#include <sys/mman.h>

static void *without_exec(size_t length, int prot) {
    return mmap(NULL, length, prot & ~PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static void *readable(size_t length, int prot) {
    prot |= PROT_READ;
    return mmap(NULL, length, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static void *inaccessible(size_t length, int prot) {
    prot = PROT_NONE;
    return mmap(NULL, length, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

int main(void) {
    without_exec(4096, PROT_READ | PROT_WRITE | PROT_EXEC);
    readable(4096, PROT_WRITE);
    readable(4096, 0);
    inaccessible(4096, 7);
    return 0;
}
