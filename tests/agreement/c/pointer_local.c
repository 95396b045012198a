// Function pointers in locals: set once, set on two paths, and set again in between.
// arguments: | 1
#include <stddef.h>
#include <sys/mman.h>

static void *denied(void *address, size_t length, int prot, int flags, int fd, off_t offset) {
    return mmap(address, length, prot & PROT_READ, flags, fd, offset);
}

int main(int argc, char **argv) {
    void *(*map)(void *, size_t, int, int, int, off_t) = mmap;
    int (*protect)(void *, size_t, int) = &mprotect;
    (void)argv;
    void *area = map(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    (*protect)(area, 4096, PROT_NONE);
    if (argc > 1)
        map = denied;
    (**map)(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return 0;
}
