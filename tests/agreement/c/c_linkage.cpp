// extern "C", a method named like the primitive, raw strings, and a using declaration.
#include <cstddef>
#include <sys/mman.h>

extern "C" {
void *pool_map(std::size_t length, int prot);
}

extern "C" void *pool_map(std::size_t length, int prot) {
    return mmap(nullptr, length, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

struct File {
    void *mmap(int prot) { return prot == 7 ? this : nullptr; }
    void *open(int prot) { return ::mmap(nullptr, 4096, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); }
};

static const char *text = R"x(mmap(nullptr, 4096, PROT_EXEC, 0, -1, 0) " // )x";

int main() {
    using ::mprotect;
    File file;
    file.mmap(PROT_READ | PROT_WRITE | PROT_EXEC);
    file.open(PROT_READ);
    pool_map(1'000, PROT_READ | PROT_WRITE);
    return mprotect(nullptr, 0, PROT_NONE) + (text == nullptr);
}
