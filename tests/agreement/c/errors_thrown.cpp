// try, catch and throw around the calls; a guard that throws.
// arguments: | 1 | 1 2
#include <cstddef>
#include <stdexcept>
#include <sys/mman.h>

static int checked(int prot) {
    if (prot & PROT_EXEC)
        throw std::invalid_argument("code is not mapped here");
    return prot;
}

int main(int argc, char **) {
    int prot = PROT_READ;
    if (argc == 2)
        prot |= PROT_WRITE;
    if (argc == 3)
        prot |= PROT_EXEC;
    try {
        mmap(nullptr, 4096, checked(prot), MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    } catch (const std::invalid_argument &) {
        mprotect(nullptr, 0, PROT_NONE);
    }
    return 0;
}
