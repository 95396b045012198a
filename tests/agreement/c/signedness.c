// Traps of signed and unsigned: comparisons that convert, shifts that keep the sign, ~ of narrow types.
#include <stddef.h>
#include <sys/mman.h>

int main(void) {
    int minus = -1;
    unsigned one = 1;
    unsigned char low = 0xFE;
    signed char high = (signed char)0x83;
    long big = -7L;
    mmap(NULL, 4096, minus < one ? PROT_EXEC : PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mmap(NULL, 4096, ~low & 3, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mmap(NULL, 4096, (high >> 4) & 7, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mmap(NULL, 4096, (unsigned char)high & 7, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mmap(NULL, 4096, ((unsigned)minus >> 30), MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mmap(NULL, 4096, -(big % 4), MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mmap(NULL, 4096, (int)(big / 2) + 4, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mmap(NULL, 4096, minus & PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return 0;
}
