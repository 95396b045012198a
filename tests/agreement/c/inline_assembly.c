// Inline assembly beside a call: it writes a variable that the mask doesn't depend on.
#include <stddef.h>
#include <sys/mman.h>

int main(void) {
    int prot = PROT_READ, other = 1;
    __asm__ volatile("" : "+r"(other) : : "memory");
    mmap(NULL, 4096, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return other == 0;
}
