// A mapping that grows by mremap, and a change of protection after it.
#define _GNU_SOURCE
#include <stddef.h>
#include <sys/mman.h>

int main(void) {
    void *area = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    void *grown = mremap(area, 4096, 8192, MREMAP_MAYMOVE);
    return mprotect(grown, 8192, PROT_READ);
}
