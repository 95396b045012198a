// Overloads of one name; by their number of parameters each call means one of them.
#include <cstddef>
#include <sys/mman.h>

static void *map(int prot) {
    return mmap(nullptr, 4096, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static void *map(std::size_t length, int prot) {
    return mmap(nullptr, length, prot | PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

int main() {
    map(PROT_NONE);
    map(8192, PROT_WRITE);
    return 0;
}
