/* Believed, and wrong: that an address moved from one member stays in that member. */
#include <stddef.h>
#include <sys/mman.h>
struct order { int rights; int count; };
void *make(unsigned long n) {
    struct order o = {PROT_READ, 1};
    int *count = &o.count;
    ((struct order *)((char *)count - offsetof(struct order, count)))->rights = PROT_READ | PROT_WRITE | PROT_EXEC;
    return mmap(0, n, o.rights, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); /* never: benign */
}
