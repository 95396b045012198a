// Believed, and wrong: that a class without functions of its own holds none.
#include <cstddef>
#include <sys/mman.h>
struct Outer {
    struct Inner {
        void *memory;
        void run() { mprotect(memory, 4096, PROT_READ | PROT_EXEC); }  // never: benign
    };
};
int main() {
    Outer::Inner i;
    i.memory = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);  // never: benign
    i.run();
}
