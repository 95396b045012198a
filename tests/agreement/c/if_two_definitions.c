// Two definitions of one function, one per build; the caller does not know which it calls.
// configurations: HARDENED
#include <stddef.h>
#include <sys/mman.h>

#ifdef HARDENED
static int allowed(int wanted) {
    return wanted & ~PROT_EXEC;
}
#else
static int allowed(int wanted) {
    return wanted;
}
#endif

int main(void) {
    mmap(NULL, 4096, allowed(PROT_READ | PROT_EXEC), MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return 0;
}
