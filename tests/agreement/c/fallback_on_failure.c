// Less is asked for when more was refused.
// arguments: @fail=0 | @fail=1 | @fail=3
#include <errno.h>
#include <stddef.h>
#include <sys/mman.h>

int main(void) {
    int prot = PROT_READ | PROT_WRITE;
    void *area = mmap(NULL, 4096, prot, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (area == MAP_FAILED && errno == ENOMEM) {
        prot &= ~PROT_WRITE;
        area = mmap(NULL, 4096, prot, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    }
    if (area == MAP_FAILED)
        return 1;
    return mprotect(area, 4096, prot);
}
