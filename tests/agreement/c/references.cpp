// References to masks: parameters, locals, results and members.
// arguments: | 1
#include <cstddef>
#include <sys/mman.h>

static void add(int &prot, const int &bits) {
    prot |= bits;
}

static int &pick(int &a, int &b, bool first) {
    return first ? a : b;
}

struct Holder {
    int &prot;
};

int main(int argc, char **) {
    int data = PROT_READ, text = PROT_READ;
    int &alias = data;
    Holder holder{text};
    add(alias, PROT_WRITE);
    holder.prot |= PROT_EXEC;
    mmap(nullptr, 4096, data, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mmap(nullptr, 4096, text, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mprotect(nullptr, 0, pick(data, text, argc > 1));
    return 0;
}
