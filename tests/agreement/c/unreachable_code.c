// Code that no path reaches: after return, behind a constant test, in a function that nobody calls with that.
#include <stddef.h>
#include <sys/mman.h>

enum { DEBUG = 0 };

static int rights(int level) {
    if (level > 5)
        return PROT_READ | PROT_WRITE | PROT_EXEC;
    return PROT_READ;
}

int main(void) {
    int prot = rights(3);
    if (DEBUG)
        prot |= PROT_EXEC;
    if (sizeof(int) == 2)
        prot |= PROT_EXEC;
    mmap(NULL, 4096, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return 0;
    prot = PROT_EXEC;
}
