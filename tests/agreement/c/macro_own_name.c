// A macro named like the function that it calls: not expanded again inside its own expansion.
#include <stddef.h>
#include <sys/mman.h>

#define mmap(a, n, p, f, d, o) mmap(a, n, (p) & ~PROT_EXEC, f, d, o)
#define mprotect (mprotect)

int main(void) {
    void *area = mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    void *other = (mmap)(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mprotect(other, 4096, PROT_READ);
    return area == other;
}
