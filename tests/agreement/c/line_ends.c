// Carriage returns before the line feeds, as an editor on another system left them.
// configurations: WRITABLE
#include <stddef.h>
#include <sys/mman.h>

#define LONG_MACRO(p) \
    mmap(NULL, 4096, \
         (p), MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)

int main(void) {
#ifdef WRITABLE
    LONG_MACRO(PROT_READ | PROT_WRITE);
#else
    LONG_MACRO(PROT_READ);
#endif
    mprotect(NULL, 0,
             PROT_NONE);
    return 0;
}
