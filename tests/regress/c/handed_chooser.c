/* Believed, and wrong: that a function which returns a mapping function's address may be handed around unseen. */
#include <sys/mman.h>
typedef int change(void *, unsigned long, int);
static change *choose(int which) { return which ? mprotect : 0; }
static int apply(change *(*with)(int), void *p) { return with(1)(p, 4096, PROT_READ | PROT_EXEC); } /* never: benign */
int start(void) {
    void *p = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); /* never: benign */
    return apply(choose, p);
}
