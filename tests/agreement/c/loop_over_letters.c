// A mask collected from the letters of a word.
// arguments: | r | w | rw | wr
#include <stddef.h>
#include <sys/mman.h>

static int parse(const char *text) {
    int prot = PROT_NONE;
    while (*text) {
        switch (*text++) {
        case 'r':
            prot |= PROT_READ;
            break;
        case 'w':
            prot |= PROT_WRITE;
            break;
        }
    }
    return prot;
}

int main(int argc, char **argv) {
    mmap(NULL, 4096, parse(argc > 1 ? argv[1] : ""), MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return 0;
}
