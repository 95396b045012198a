// A function pointer in a static local, const and not.
#include <stddef.h>
#include <sys/mman.h>

static void *get(int prot) {
    static void *(*const map)(void *, size_t, int, int, int, off_t) = mmap;
    static int (*protect)(void *, size_t, int) = mprotect;
    void *area = map(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    protect(area, 4096, prot);
    return area;
}

int main(void) {
    get(PROT_READ);
    get(PROT_READ | PROT_WRITE);
    return 0;
}
