// #if groups between the arguments of one call.
// configurations: WRITABLE SHARED
#include <stddef.h>
#include <sys/mman.h>

int main(void) {
    void *area = mmap(NULL, 4096,
#ifdef WRITABLE
                      PROT_READ | PROT_WRITE,
#else
                      PROT_READ,
#endif
#ifdef SHARED
                      MAP_SHARED | MAP_ANONYMOUS,
#else
                      MAP_PRIVATE | MAP_ANONYMOUS,
#endif
                      -1, 0);
    mprotect(area, 4096, PROT_READ
#ifdef WRITABLE
                             | PROT_WRITE
#endif
    );
    return 0;
}
