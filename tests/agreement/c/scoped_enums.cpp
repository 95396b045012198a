// Scoped enumerations with their own operator|, turned into PROT_* by a switch and by a cast.
#include <cstddef>
#include <sys/mman.h>

enum class Access : unsigned { None, Read = 1, Write = 2, Exec = 4 };

constexpr Access operator|(Access a, Access b) {
    return static_cast<Access>(static_cast<unsigned>(a) | static_cast<unsigned>(b));
}

static int to_prot(Access access) {
    switch (access) {
    case Access::Read:
        return PROT_READ;
    case Access::Write:
        return PROT_READ | PROT_WRITE;
    default:
        return PROT_NONE;
    }
}

int main() {
    mmap(nullptr, 4096, static_cast<int>(Access::Read), MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mmap(nullptr, 4096, to_prot(Access::Write), MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mprotect(nullptr, 0, static_cast<int>(Access::Read | Access::Write));
    return 0;
}
