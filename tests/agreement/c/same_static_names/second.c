#include <stddef.h>
#include <sys/mman.h>

static int mode = PROT_READ | PROT_EXEC;

static int rights(void) {
    return mode & ~PROT_READ;
}

void second(void);

void second(void) {
    mmap(NULL, 4096, rights(), MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}
