// Variadic macros, with and without a fixed part, GNU's comma trick and __VA_OPT__.
#include <stddef.h>
#include <sys/mman.h>

#define MAP(...) mmap(NULL, 4096, __VA_ARGS__)
#define TRY(call, ...) call(NULL, 4096, ##__VA_ARGS__)
#define PROTECT(address, ...) mprotect(address, 4096 __VA_OPT__(,) __VA_ARGS__)

int main(void) {
    void *area = MAP(PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    area = TRY(mmap, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    PROTECT(area, PROT_NONE);
    return 0;
}
