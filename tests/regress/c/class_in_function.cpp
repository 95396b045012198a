// Believed, and wrong: that a class declared in a function does nothing.
#include <cstddef>
#include <sys/mman.h>
int main() {
    void *memory = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);  // never: benign
    struct Guard {
        void *held;
        ~Guard() { mprotect(held, 4096, PROT_READ | PROT_EXEC); }  // never: benign
    } guard{memory};
}
