/* Believed, and wrong: that a function which only hands on what it is given hands on nothing. */
#include <sys/mman.h>
typedef int change(void *, unsigned long, int);
static int apply(change *with, void *p) { return with(p, 4096, PROT_READ | PROT_EXEC); } /* never: benign */
static int map(change *with) {
    void *p = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); /* never: benign */
    return apply(with, p);
}
int start(void) { return map(mprotect); }
