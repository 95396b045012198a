/* Believed, and wrong: that only a function which names a mapping function puts its address anywhere. */
#include <sys/mman.h>
typedef int change(void *, unsigned long, int);
static change *kept;
static void keep(change *given) { kept = given; }
int start(void) {
    void *p = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); /* never: benign */
    keep(mprotect);
    return kept(p, 4096, PROT_READ | PROT_EXEC); /* never: benign */
}
