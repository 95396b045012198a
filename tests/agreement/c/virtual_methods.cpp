// Rights from a virtual method: which body runs is the object's matter.
// arguments: | 1
#include <cstddef>
#include <sys/mman.h>

struct Source {
    virtual ~Source() = default;
    virtual int rights() const { return PROT_READ; }
    void *map() const { return mmap(nullptr, 4096, rights(), MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); }
};

struct Writable final : Source {
    int rights() const override { return PROT_READ | PROT_WRITE; }
};

int main(int argc, char **) {
    Source plain;
    Writable writable;
    const Source &source = argc > 1 ? writable : plain;
    return source.map() == nullptr;
}
