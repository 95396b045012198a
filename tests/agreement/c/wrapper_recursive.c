// A wrapper that calls itself, first with less, then with the same.
// arguments: @fail=0 | @fail=1 | @fail=3
#include <stddef.h>
#include <sys/mman.h>

static void *try_map(int prot, int tries) {
    void *area = mmap(NULL, 4096, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (area == MAP_FAILED && tries > 0)
        return try_map(prot & ~PROT_WRITE, tries - 1);
    return area;
}

int main(void) {
    return try_map(PROT_READ | PROT_WRITE, 3) == MAP_FAILED;
}
