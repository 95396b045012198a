// Which function the pointer holds is the build's choice.
// configurations: HARDENED
#include <stddef.h>
#include <sys/mman.h>

#ifdef HARDENED
static int guarded(void *address, size_t length, int prot) {
    return mprotect(address, length, prot & ~PROT_EXEC);
}
#define PROTECT guarded
#else
#define PROTECT mprotect
#endif

static int (*const protect)(void *, size_t, int) = PROTECT;

int main(void) {
    return protect(NULL, 0, PROT_READ | PROT_EXEC);
}
