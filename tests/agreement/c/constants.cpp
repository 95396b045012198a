// constexpr functions and variables, static members, if constexpr, inline variables.
// exact: no static members and if constexpr are not evaluated
#include <cstddef>
#include <sys/mman.h>

constexpr int both(bool write) {
    return write ? PROT_READ | PROT_WRITE : PROT_READ;
}

struct Policy {
    static constexpr int data = both(true);
    static const int text = PROT_READ | PROT_EXEC;
};

inline constexpr bool hardened = true;

int main() {
    constexpr int prot = both(false);
    mmap(nullptr, 4096, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mmap(nullptr, 4096, Policy::data, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mmap(nullptr, 4096, Policy::text, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if constexpr (hardened)
        mprotect(nullptr, 0, PROT_READ);
    else
        mprotect(nullptr, 0, PROT_READ | PROT_WRITE | PROT_EXEC);
    return 0;
}
