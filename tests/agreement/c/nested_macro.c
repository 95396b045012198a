// Macros that use macros that use macros, with the protection handed down and added to on the way.
#include <stddef.h>
#include <sys/mman.h>

#define RAW(n, p, f) mmap(NULL, n, p, f, -1, 0)
#define ANON(n, p) RAW(n, p, MAP_PRIVATE | MAP_ANONYMOUS)
#define PAGES(n, p) ANON((n) * 4096, PROT_READ | (p))
#define WRITABLE_PAGES(n) PAGES(n, PROT_WRITE)

int main(void) {
    RAW(4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS);
    ANON(4096, PROT_WRITE);
    PAGES(1, PROT_EXEC);
    WRITABLE_PAGES(2);
    return 0;
}
