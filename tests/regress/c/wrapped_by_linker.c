/* Believed, and wrong: that a function which is declared and nowhere defined does nothing to memory (ld --wrap). */
#include <sys/mman.h>
int __real_mprotect(void *, unsigned long, int);
int main(void) {
    void *p = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); /* never: benign */
    return __real_mprotect(p, 4096, PROT_READ | PROT_EXEC); /* never: benign */
}
