// Range-based for over a list, structured bindings, auto and nullptr.
// exact: no the elements that a range-based loop visits are unknown
#include <cstddef>
#include <initializer_list>
#include <sys/mman.h>

struct Entry {
    std::size_t length;
    int prot;
};

int main() {
    const Entry entries[] = {{4096, PROT_READ}, {8192, PROT_READ | PROT_WRITE}};
    for (const auto &entry : entries)
        mmap(nullptr, entry.length, entry.prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    for (int prot : {PROT_NONE, PROT_READ})
        mprotect(nullptr, 0, prot);
    auto [length, prot] = entries[1];
    mprotect(nullptr, length, prot);
    return 0;
}
