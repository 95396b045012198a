// Default arguments, given at the declaration, and overloads beside them.
#include <cstddef>
#include <sys/mman.h>

void *map(std::size_t length, int prot = PROT_READ, int flags = MAP_PRIVATE | MAP_ANONYMOUS);

void *map(std::size_t length, int prot, int flags) {
    return mmap(nullptr, length, prot, flags, -1, 0);
}

int main() {
    map(4096);
    map(4096, PROT_READ | PROT_WRITE);
    return 0;
}
