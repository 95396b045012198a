// mmap64, and mmap under _FILE_OFFSET_BITS.
#define _GNU_SOURCE
#define _FILE_OFFSET_BITS 64
#include <stddef.h>
#include <sys/mman.h>

int main(void) {
    mmap64(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, (off_t)1 << 40);
    mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, (off_t)1 << 40);
    return 0;
}
