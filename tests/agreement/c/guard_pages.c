// A reservation without access, opened in the middle by MAP_FIXED: guard pages on both sides.
#include <stddef.h>
#include <sys/mman.h>

#define PAGE 4096

static void *stack_new(size_t pages) {
    char *base = mmap(NULL, (pages + 2) * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (base == MAP_FAILED)
        return NULL;
    return mmap(base + PAGE, pages * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
}

int main(void) {
    char *stack = stack_new(2);
    if (!stack)
        return 1;
    stack[0] = 1;
    return munmap(stack - PAGE, 4 * PAGE);
}
