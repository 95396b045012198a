// Macros whose bodies lack parentheses: the tokens are pasted in, precedence and all.
#include <stddef.h>
#include <sys/mman.h>

#define BOTH PROT_READ | PROT_WRITE
#define TWICE(x) x * 2
#define MASKED(p) p & PROT_READ

int main(void) {
    mmap(NULL, 4096, BOTH & PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mmap(NULL, 4096, ~BOTH & 7, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mmap(NULL, 4096, TWICE(1 + 1), MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mmap(NULL, 4096, MASKED(PROT_READ | PROT_WRITE), MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return 0;
}
