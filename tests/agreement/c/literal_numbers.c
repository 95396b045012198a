// Protections spelled as numbers, in every base and suffix, and as names from the header.
#include <stddef.h>
#include <sys/mman.h>

int main(void) {
    mmap(NULL, 4096, 0, 0x22, -1, 0);
    mmap(NULL, 4096, 1, 0x22, -1, 0);
    mmap(NULL, 4096, 3u, 0x22, -1, 0);
    mmap(NULL, 4096, 0x5, 0x22, -1, 0);
    mmap(NULL, 4096, 07, 0x22, -1, 0);
    mmap(NULL, 4096, 0b110, 042, -1, 0);
    mmap(NULL, 4096, 0X4UL, 34, -1, 0LL);
    mmap(NULL, 4096, '\2', 34, -1, 0);
    mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return 0;
}
