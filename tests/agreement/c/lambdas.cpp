// Lambdas: called at once, kept in a variable, capturing by copy and by reference.
// arguments: | 1
// exact: no what a lambda captures is unknown inside it
#include <cstddef>
#include <sys/mman.h>

int main(int argc, char **) {
    int prot = PROT_READ;
    auto map = [](int wanted) { return mmap(nullptr, 4096, wanted, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); };
    auto add = [&prot](int bits) { prot |= bits; };
    auto seal = [prot](void *area) { return mprotect(area, 4096, prot); };
    if (argc > 1)
        add(PROT_WRITE);
    void *area = map(prot);
    seal(area);
    [&] { mprotect(area, 4096, PROT_NONE); }();
    return 0;
}
