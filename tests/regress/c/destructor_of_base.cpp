// Believed, and wrong: that a list fills in a class's own members only.
#include <sys/mman.h>
struct Last { int &rights; ~Last() { rights = PROT_READ | PROT_WRITE | PROT_EXEC; } };
struct Holder : Last {};
void *make(unsigned long n) {
    int rights = PROT_READ;
    { Holder holder{{rights}}; }
    return mmap(0, n, rights, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);  // never: benign
}
