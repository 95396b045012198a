// Wrappers one to four deep, each level used from outside too, the innermost with the parameters in another order.
#include <stddef.h>
#include <sys/mman.h>

static void *one(int prot, size_t length) {
    return mmap(NULL, length, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static void *two(size_t length, int prot) {
    return one(prot, length);
}

static void *three(int prot) {
    return two(4096, prot | PROT_READ);
}

static void *four(int pages, int prot) {
    (void)pages;
    return three(prot);
}

int main(void) {
    one(PROT_NONE, 4096);
    two(4096, PROT_READ);
    three(PROT_WRITE);
    four(1, PROT_EXEC);
    return 0;
}
