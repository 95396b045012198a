// Masks computed from hexadecimal and octal pieces, with bits that mean nothing to a protection.
// arguments: | 1
#include <stddef.h>
#include <sys/mman.h>

#define GROWSDOWN 0x01000000

int main(int argc, char **argv) {
    int wide = 0xFF3 & 07;
    int high = argc > 1 ? 0x10 | 0x2 : 020 | 01;
    (void)argv;
    mmap(NULL, 4096, wide, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mmap(NULL, 4096, high & 0xF, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mprotect(NULL, 0, 0x1 | GROWSDOWN);
    mprotect(NULL, 0, 0x1234567 & ~0x1234564);
    return 0;
}
