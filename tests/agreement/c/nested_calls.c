// A mapping call as the argument of another call, as a condition, and as both operands of an operator.
// arguments: @fail=0 | @fail=32
#include <stddef.h>
#include <sys/mman.h>

static void *same(void *area) {
    return area;
}

int main(void) {
    mprotect(mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
             4096,
             PROT_READ);
    if (same(mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)) == MAP_FAILED)
        return 1;
    while (mprotect(NULL, 0, PROT_READ | PROT_EXEC) != 0)
        return 1;
    for (int turn = mprotect(NULL, 1, PROT_WRITE); turn < 0; turn++)
        return 1;
    return mprotect(NULL, 2, mprotect(NULL, 3, PROT_NONE)
                                 ? PROT_EXEC
                                 : PROT_READ) != 0;
}
