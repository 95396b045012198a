// A class that maps in its constructor and unmaps in its destructor.
#include <cstddef>
#include <sys/mman.h>

class Mapping {
public:
    Mapping(std::size_t length, int prot)
        : length_(length), base_(::mmap(nullptr, length, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)) {}
    ~Mapping() { ::munmap(base_, length_); }
    Mapping(const Mapping &) = delete;
    Mapping &operator=(const Mapping &) = delete;

    bool seal() { return ::mprotect(base_, length_, PROT_READ) == 0; }

private:
    std::size_t length_;
    void *base_;
};

int main() {
    Mapping data(4096, PROT_READ | PROT_WRITE);
    Mapping text{4096, PROT_READ | PROT_EXEC};
    return data.seal() ? 0 : 1;
}
