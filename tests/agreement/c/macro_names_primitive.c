// Other words for the primitives, made by macros: an object-like one, and one that is chosen by the build.
// configurations: PARANOID
#include <stddef.h>
#include <sys/mman.h>

#define acquire mmap
#ifdef PARANOID
#define seal(p, n) mprotect(p, n, PROT_NONE)
#else
#define seal(p, n) mprotect(p, n, PROT_READ)
#endif

int main(void) {
    void *area = acquire(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    seal(area, 4096);
    return 0;
}
