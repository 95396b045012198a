// System calls in a constant table of names and functions, cast where they are used.
#include <stddef.h>
#include <sys/mman.h>

typedef void (*any_function)(void);

static const struct {
    const char *name;
    any_function call;
} table[] = {
    {"mmap", (any_function)mmap},
    {"mprotect", (any_function)mprotect},
};

int main(void) {
    void *area = ((void *(*)(void *, size_t, int, int, int, off_t))table[0].call)(
        NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return ((int (*)(void *, size_t, int))table[1].call)(area, 4096, PROT_READ);
}
