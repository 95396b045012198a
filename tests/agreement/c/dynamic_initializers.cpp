// Calls outside of function bodies: objects of namespaces, static locals, and a constructor that nobody names.
// exact: no who makes an Area is not followed, its constructor is not named there
#include <cstddef>
#include <sys/mman.h>

static void *map(int prot) {
    return mmap(nullptr, 4096, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static void *direct = mmap(nullptr, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
static void *through = map(PROT_READ | PROT_WRITE);

namespace {
int sealed = mprotect(direct, 4096, PROT_NONE);
}

static void *once() {
    static void *const kept = mmap(nullptr, 4096, PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return kept;
}

struct Area {
    void *base;
    explicit Area(int prot) : base(mmap(nullptr, 4096, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)) {}
};

struct Pair {
    Area first;
    Area second;
    explicit Pair(int prot) : first(prot), second(PROT_READ | PROT_EXEC) {}
};

int main() {
    Pair pair(PROT_READ);
    return once() == through && sealed && pair.first.base == pair.second.base;
}
