/* Lambdas in initializers that have nothing to do with memory. */
#include <sys/mman.h>
#include <functional>
static std::function<int(int)> twice = [](int n) { return 2 * n; };
void *make(unsigned long n) {
    static const auto more = [](unsigned long m) { return m + 4096; };
    return mmap(0, more(n), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); /* still: benign */
}
