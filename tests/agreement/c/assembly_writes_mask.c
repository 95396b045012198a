// Inline assembly that may change the mask: what it does is not known.
// exact: no what assembly does is not followed
// open: yes what assembly does is not followed
#include <stddef.h>
#include <sys/mman.h>

int main(void) {
    int prot = PROT_READ;
    __asm__ volatile("" : "+r"(prot));
    mmap(NULL, 4096, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return 0;
}
