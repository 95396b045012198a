// The primitive under another name by asm label, and declared by hand instead of by a header.
#include <stddef.h>

extern void *mmap(void *address, size_t length, int prot, int flags, int fd, long offset);
extern int change(void *address, size_t length, int prot) __asm__("mprotect");

int main(void) {
    void *area = mmap(0, 4096, 1 | 2, 0x22, -1, 0);
    return change(area, 4096, 1);
}
