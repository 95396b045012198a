// Constant tables of masks, indexed by what the run decides: one and two dimensions, and a local one.
// arguments: | 1 | 1 2
#include <stddef.h>
#include <sys/mman.h>

static const int by_level[] = {PROT_NONE, PROT_READ, PROT_READ | PROT_WRITE};
static const unsigned char by_kind[2][2] = {{1, 3}, {1, 5}};

int main(int argc, char **argv) {
    const int local[3] = {PROT_WRITE, PROT_READ};
    int level = (argc - 1) % 3;
    (void)argv;
    mmap(NULL, 4096, by_level[level], MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mmap(NULL, 4096, by_level[2], MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mmap(NULL, 4096, by_kind[1][argc > 1], MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mmap(NULL, 4096, local[level], MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return 0;
}
