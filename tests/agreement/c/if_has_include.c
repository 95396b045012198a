// Conditions that ask the compiler: __has_include, __GNUC__, __LINE__.
// exact: no what the compiler answers is not known
#include <stddef.h>
#include <sys/mman.h>

int main(void) {
    int prot = PROT_READ;
#if defined(__has_include)
#if __has_include(<sys/mman.h>)
    prot |= PROT_WRITE;
#endif
#endif
#if __GNUC__ >= 200
    prot = PROT_NONE;
#endif
    mmap(NULL, 4096, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return 0;
}
