// Commas, assignments inside arguments, sizeof that evaluates nothing, offsetof.
// exact: no offsetof is an address, of which no bits are known
#include <stddef.h>
#include <sys/mman.h>

struct layout {
    char pad[3];
    char mark;
};

int main(void) {
    int prot = PROT_READ, size;
    size = sizeof(prot = PROT_EXEC);
    mmap(NULL, 4096, (prot = PROT_NONE, prot | PROT_READ), MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mmap(NULL, 4096, prot = PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mmap(NULL, 4096, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mprotect(NULL, 0, sizeof(struct layout) - sizeof(char));
    mprotect(NULL, 1, offsetof(struct layout, mark) & PROT_READ);
    mprotect(NULL, 2, size == sizeof(int) ? PROT_WRITE : PROT_EXEC);
    return 0;
}
