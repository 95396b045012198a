// Declarations between statements and in for, VLAs, _Bool, _Generic, _Static_assert, typeof, statement expressions.
// arguments: | 1
// exact: no generic selections and variable length arrays are joined or unknown
#include <stdbool.h>
#include <stddef.h>
#include <sys/mman.h>

#define RIGHT_FOR(x) _Generic((x), int: PROT_READ, double: PROT_WRITE, default: PROT_EXEC)

int main(int argc, char **argv) {
    _Static_assert(PROT_READ == 1, "POSIX does not say so, Linux does");
    (void)argv;
    for (int prot = PROT_READ, once = 1; once; once = 0)
        mmap(NULL, 4096, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    int masks[argc + 1];
    masks[0] = PROT_READ | PROT_WRITE;
    __typeof__(masks[0]) copy = masks[0];
    mmap(NULL, 4096, copy, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    bool writable = argc > 1 ? 2 : 0;
    mprotect(NULL, 0, PROT_READ | writable << 1);
    mprotect(NULL, 1, RIGHT_FOR(1.0));
    mprotect(NULL, 2, ({
                 int inner = PROT_READ;
                 inner | PROT_EXEC;
             }));
    return 0;
}
