// Two files, each with its own static function and object of the same name.
#include <stddef.h>
#include <sys/mman.h>

void second(void);

static int mode = PROT_READ;

static int rights(void) {
    return mode;
}

int main(void) {
    mmap(NULL, 4096, rights(), MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    second();
    return 0;
}
