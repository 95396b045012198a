// The same in a writable table with a default beside each slot, called through macros.
// configurations: WITHOUT_PROTECT
#include <stddef.h>
#include <sys/mman.h>

typedef void (*any_function)(void);

static struct slot {
    const char *name;
    any_function current;
    any_function original;
} slots[] = {
    {"mmap", (any_function)mmap, 0},
#define do_map ((void *(*)(void *, size_t, int, int, int, off_t))slots[0].current)
    {"munmap", (any_function)munmap, 0},
#define do_unmap ((int (*)(void *, size_t))slots[1].current)
#ifndef WITHOUT_PROTECT
    {"mprotect", (any_function)mprotect, 0},
#else
    {"mprotect", (any_function)0, 0},
#endif
#define do_protect ((int (*)(void *, size_t, int))slots[2].current)
};

int main(void) {
    void *area = do_map(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
#ifndef WITHOUT_PROTECT
    do_protect(area, 4096, PROT_READ);
#endif
    return do_unmap(area, 4096);
}
