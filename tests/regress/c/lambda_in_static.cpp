/* Believed, and wrong: that nothing stands in a lambda which a static local begins with. */
#include <sys/mman.h>
#include <functional>
void *make(unsigned long n) {
    static const std::function<void(void *)> further = [](void *p) { mprotect(p, 4096, PROT_READ | PROT_EXEC); };
    void *p = mmap(0, n, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); /* never: benign */
    further(p);
    return p;
}
