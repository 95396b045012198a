// A local variable and a parameter named like the primitives: they are what is called.
#include <stddef.h>
#include <sys/mman.h>

static int nothing(void *address, size_t length, int prot) {
    (void)address, (void)length;
    return prot == 0;
}

static int with(int (*mprotect)(void *, size_t, int)) {
    return mprotect(NULL, 0, PROT_READ | PROT_WRITE | PROT_EXEC);
}

int main(void) {
    int (*real)(void *, size_t, int) = mprotect;
    {
        int (*mprotect)(void *, size_t, int) = nothing;
        mprotect(NULL, 0, PROT_EXEC);
    }
    with(nothing);
    return real(NULL, 0, PROT_READ);
}
