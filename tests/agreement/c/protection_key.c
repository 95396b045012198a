// pkey_mprotect beside mprotect.
// arguments: | 1
#define _GNU_SOURCE
#include <stddef.h>
#include <sys/mman.h>

static int seal(void *area, int key, int prot) {
    if (key < 0)
        return mprotect(area, 4096, prot);
    return pkey_mprotect(area, 4096, prot, key);
}

int main(int argc, char **argv) {
    (void)argv;
    void *area = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    seal(area, argc > 1 ? 1 : -1, PROT_READ);
    pkey_mprotect(area, 4096, PROT_NONE, 1);
    return 0;
}
