// Protection of a part of a mapping changed: a page, from an offset, by a computed address.
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>

#define PAGE 4096

int main(void) {
    char *area = mmap(NULL, 4 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (area == MAP_FAILED)
        return 1;
    mprotect(area, PAGE, PROT_NONE);
    mprotect(area + PAGE, 2 * PAGE, PROT_READ);
    mprotect((void *)(((uintptr_t)area + 3 * PAGE) & ~(uintptr_t)(PAGE - 1)), PAGE, PROT_READ | PROT_EXEC);
    mprotect(&area[PAGE], PAGE, PROT_READ | PROT_WRITE);
    return munmap(area, 4 * PAGE);
}
