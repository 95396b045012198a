// Templates around ordinary calls: what stands in them is found, what comes before and after them is not lost.
// exact: no template arguments are not substituted
// open: yes template arguments are not substituted
#include <cstddef>
#include <sys/mman.h>

template <typename T, std::size_t N = 16>
struct Buffer {
    T items[N < 4 ? 4 : N];
    static constexpr std::size_t size() { return N * sizeof(T); }
};

template <int Prot>
void *map_with() {
    return mmap(nullptr, 4096, Prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

template <typename... Args>
void *forward(Args... args) {
    return mmap(args...);
}

template <class T>
auto protect(T *area, int prot) -> decltype(mprotect(area, 0, prot)) {
    return mprotect(area, sizeof(T), prot);
}

int main() {
    Buffer<Buffer<int, 2>, (3 > 2)> buffer;
    map_with<PROT_READ>();
    map_with<PROT_READ | PROT_WRITE>();
    forward((void *)nullptr, std::size_t(4096), PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0L);
    return protect(&buffer, PROT_READ);
}
