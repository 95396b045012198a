/* Believed, and wrong: that a function which was looked at for its own calls need not be asked what it is handed. */
#include <sys/mman.h>
static int apply(int (*change)(void *, unsigned long, int), unsigned long n) {
    void *p = mmap(0, n, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); /* never: benign */
    return change(p, n, PROT_READ | PROT_EXEC); /* never: benign */
}
int start(void) { return apply(mprotect, 4096); }
