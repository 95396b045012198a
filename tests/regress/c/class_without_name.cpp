// Believed, and wrong: that functions are found in named classes only.
#include <cstddef>
#include <sys/mman.h>
using Guard = struct {
    void *held;
    void run() { mprotect(held, 4096, PROT_READ | PROT_EXEC); }
};
int main() {
    void *memory = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);  // never: benign
    Guard guard{memory};
    guard.run();
}
