// Members with default initialisers, set by constructors and setters, read by other methods.
// arguments: | 1
// exact: no members are told apart by name, not by object
#include <cstddef>
#include <sys/mman.h>

class Arena {
    int arena_rights = PROT_READ;
    int arena_flags{MAP_PRIVATE | MAP_ANONYMOUS};

public:
    Arena() = default;
    explicit Arena(int rights) : arena_rights(rights) {}
    void writable();
    void *grow() const { return mmap(nullptr, 4096, this->arena_rights, arena_flags, -1, 0); }
};

void Arena::writable() {
    arena_rights |= PROT_WRITE;
}

int main(int argc, char **) {
    Arena plain, text(PROT_READ | PROT_EXEC);
    text.grow();
    if (argc > 1) {
        plain.writable();
    }
    return plain.grow() == nullptr;
}
