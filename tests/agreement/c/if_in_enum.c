// Enumerators that the build adds shift those behind them.
// configurations: WITH_NONE
#include <stddef.h>
#include <sys/mman.h>

enum right {
#ifdef WITH_NONE
    NONE,
    READ,
#else
    READ = 1,
#endif
    WRITE,
    READ_WRITE,
    LAST = READ_WRITE,
};

int main(void) {
    enum right all = LAST;
    mmap(NULL, 4096, READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mmap(NULL, 4096, WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mmap(NULL, 4096, all, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return 0;
}
