// A function pointer that is a global of the program, and one that only main sets.
#include <stddef.h>
#include <sys/mman.h>

typedef void *(*map_function)(void *, size_t, int, int, int, off_t);

static map_function map = mmap;
static int (*protect)(void *, size_t, int);

static void use(void) {
    void *area = map(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    protect(area, 4096, PROT_READ);
}

int main(void) {
    protect = mprotect;
    use();
    return 0;
}
