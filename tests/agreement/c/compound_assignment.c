// A mask changed step by step by |=, &=, ^=, +=, <<= and friends.
#include <stddef.h>
#include <sys/mman.h>

int main(void) {
    int prot = 0;
    prot |= PROT_READ | PROT_EXEC;
    mmap(NULL, 4096, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    prot &= ~PROT_EXEC;
    mprotect(NULL, 0, prot);
    prot ^= PROT_READ | PROT_WRITE;
    mprotect(NULL, 1, prot);
    prot <<= 1;
    prot += PROT_READ;
    mprotect(NULL, 2, prot);
    prot >>= 2;
    mprotect(NULL, 3, prot--);
    mprotect(NULL, 4, prot++);
    mprotect(NULL, 5, ++prot);
    prot *= 3;
    prot %= 4;
    prot -= 1;
    prot /= 1;
    mprotect(NULL, 6, prot);
    return 0;
}
