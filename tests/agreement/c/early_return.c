// Guards that leave before the call, by return, by exit and by a label at the end.
// arguments: 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7
// exact: no a test of a masked word tells nothing of another mask of it
#include <stddef.h>
#include <stdlib.h>
#include <sys/mman.h>

static void *no_exec(int prot) {
    if (prot & PROT_EXEC)
        return NULL;
    return mmap(NULL, 4096, prot & 7, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static void *only_read(int prot) {
    void *area = NULL;
    if (prot != PROT_READ)
        goto out;
    area = mmap(NULL, 4096, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
out:
    return area;
}

int main(int argc, char **argv) {
    int prot = argc > 1 ? atoi(argv[1]) : 0;
    no_exec(prot);
    only_read(prot);
    if (prot < 0 || prot > 3)
        exit(0);
    mprotect(NULL, 0, prot);
    return 0;
}
