/* Believed, and wrong: that the word after a member is no member. */
#include <sys/mman.h>
struct pair { int first, second; };
void *make(unsigned long n) {
    struct pair p = {PROT_READ, PROT_READ};
    int *q = &p.first;
    q[1] = PROT_READ | PROT_WRITE | PROT_EXEC;
    return mmap(0, n, p.second, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); /* never: benign */
}
