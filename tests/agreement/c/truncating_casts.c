// Casts and narrow variables that lose bits, one way and the other.
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>

typedef unsigned char byte;

int main(void) {
    byte narrow = 0x103;
    int64_t wide = 0x700000001;
    uint8_t sum = 250;
    short negative = (short)0xFFF9;
    sum += 7;
    mmap(NULL, 4096, narrow, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mmap(NULL, 4096, (byte)0x302, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mmap(NULL, 4096, wide, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mmap(NULL, 4096, (int)(wide >> 32) & 6, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mmap(NULL, 4096, sum, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mmap(NULL, 4096, negative & 7, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mmap(NULL, 4096, (_Bool)PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return 0;
}
