// The call itself stands in a function-like macro; each use passes its own protection.
#include <stddef.h>
#include <sys/mman.h>

#define MAP(length, prot) mmap(NULL, (length), (prot), MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)

int main(void) {
    void *code = MAP(4096, PROT_READ | PROT_EXEC);
    void *data = MAP(4096, PROT_READ | PROT_WRITE);
    return code == data;
}
