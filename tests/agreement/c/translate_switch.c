// Modes turned into PROT_* by a switch; the mode is known at each call.
#include <stddef.h>
#include <sys/mman.h>

enum mode { READ_ONLY, READ_WRITE, COPY_ON_WRITE, CODE };

static int to_prot(enum mode mode) {
    switch (mode) {
    case READ_ONLY:
        return PROT_READ;
    case READ_WRITE:
    case COPY_ON_WRITE:
        return PROT_READ | PROT_WRITE;
    case CODE:
        return PROT_READ | PROT_EXEC;
    }
    return PROT_NONE;
}

static void *map_file(enum mode mode) {
    int flags = mode == COPY_ON_WRITE ? MAP_PRIVATE : MAP_SHARED;
    return mmap(NULL, 4096, to_prot(mode), flags | MAP_ANONYMOUS, -1, 0);
}

int main(void) {
    map_file(READ_ONLY);
    map_file(COPY_ON_WRITE);
    mprotect(NULL, 0, to_prot(CODE));
    return 0;
}
