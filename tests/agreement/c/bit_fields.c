// Rights kept in bit-fields, assigned with more bits than fit, and put back together.
// arguments: | 1
#include <stddef.h>
#include <sys/mman.h>

struct rights {
    unsigned read : 1;
    unsigned write : 1;
    unsigned exec : 1;
    unsigned both : 2;
};

int main(int argc, char **argv) {
    struct rights rights = {1, 0, 0, 0};
    (void)argv;
    rights.write = argc > 1;
    rights.both = 7;
    mmap(NULL, 4096, rights.read | rights.write << 1 | rights.exec << 2, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mmap(NULL, 4096, rights.both, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return 0;
}
