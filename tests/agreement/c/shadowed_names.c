// One name in several scopes: parameter, block, for, global, struct member, label.
#include <stddef.h>
#include <sys/mman.h>

static int prot = PROT_EXEC;

struct holder {
    int prot;
};

static void *map(int prot) {
    {
        int prot = PROT_WRITE;
        mmap(NULL, 4096, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    }
    return mmap(NULL, 4096, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

int main(void) {
    struct holder holder = {PROT_READ | PROT_WRITE};
    goto prot;
prot:
    mmap(NULL, 4096, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    map(PROT_READ);
    int prot = PROT_NONE;
    mmap(NULL, 4096, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mmap(NULL, 4096, holder.prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return 0;
}
