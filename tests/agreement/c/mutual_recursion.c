// Two functions that call each other and swap rights on the way.
// arguments: | 1 | 1 2 | 1 2 3
// exact: no functions that call each other are not followed round
#include <stddef.h>
#include <sys/mman.h>

static void *odd(int n, int prot);

static void *even(int n, int prot) {
    if (n == 0)
        return mmap(NULL, 4096, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return odd(n - 1, prot ^ PROT_WRITE);
}

static void *odd(int n, int prot) {
    if (n == 0)
        return mmap(NULL, 4096, prot | PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return even(n - 1, prot);
}

int main(int argc, char **argv) {
    (void)argv;
    return even(argc - 1, PROT_READ) == NULL;
}
