// The four casts, functional casts and braces, on masks and on function pointers.
#include <cstddef>
#include <cstdint>
#include <sys/mman.h>

using Protect = int (*)(void *, std::size_t, int);

int main() {
    unsigned long wide = 0x100000003UL;
    auto protect = reinterpret_cast<Protect>(reinterpret_cast<void *>(&mprotect));
    const int fixed = PROT_READ;
    mmap(nullptr, 4096, static_cast<int>(wide), MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mmap(nullptr, 4096, int(wide >> 32), MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mmap(nullptr, 4096, int{PROT_NONE}, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mmap(nullptr, 4096, static_cast<std::uint8_t>(0x104), MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    protect(nullptr, 0, const_cast<int &>(fixed));
    protect(nullptr, 1, (int)sizeof(char) + 1);
    return 0;
}
