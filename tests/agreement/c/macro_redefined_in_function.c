// #define and #undef between the statements of one function.
// configurations: LOCKED
#include <stddef.h>
#include <sys/mman.h>

int main(void) {
#define RIGHTS PROT_READ
    void *area = mmap(NULL, 4096, RIGHTS, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
#undef RIGHTS
#ifdef LOCKED
#define RIGHTS PROT_NONE
#else
#define RIGHTS (PROT_READ | PROT_WRITE)
#endif
    mprotect(area, 4096, RIGHTS);
    return 0;
}
