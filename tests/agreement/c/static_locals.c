// A static local that keeps its value from call to call.
#include <stddef.h>
#include <sys/mman.h>

static void next(void) {
    static int prot = PROT_READ;
    mmap(NULL, 4096, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    prot = PROT_READ | PROT_WRITE;
}

static void fixed(void) {
    static const int prot = PROT_NONE;
    mmap(NULL, 4096, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

int main(void) {
    next();
    next();
    fixed();
    return 0;
}
