// Attributes, __extension__ and alternate keywords wherever the grammar allows them.
#include <stddef.h>
#include <sys/mman.h>

#define API __attribute__((visibility("default")))
#define INTERNAL static __inline__
#define NONNULL(...) __attribute__((nonnull(__VA_ARGS__)))

INTERNAL __attribute__((noinline, warn_unused_result)) void *map(size_t length, int prot) __attribute__((malloc));

INTERNAL void *map(size_t length, int prot) {
    __extension__ __auto_type rights = prot | PROT_READ;
    return mmap(NULL, length, rights, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

API int NONNULL(1) change(void *__restrict area __attribute__((unused)), __const int prot) {
    return mprotect(area, 4096, prot);
}

int main(void) {
    void *area = map(4096, PROT_WRITE);
    return area ? change(area, PROT_READ) : 1;
}
