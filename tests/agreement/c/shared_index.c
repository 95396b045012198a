// A shared index of a database: mapped writable unless opened read-only, its size rounded up, closed at the end.
// configurations: OMIT_SHARED
// arguments: | 1
#include <stddef.h>
#include <sys/mman.h>
#include <unistd.h>

typedef struct shared_node shared_node;
struct shared_node {
    int fd;
    unsigned char read_only;
    int region_count;
    char **regions;
};

#ifndef OMIT_SHARED
static void *map_region(shared_node *node, int size, int index) {
    return mmap(0, size, node->read_only ? PROT_READ : PROT_READ | PROT_WRITE, MAP_SHARED, node->fd,
                size * (off_t)index);
}
#else
#define map_region 0
#endif

int main(int argc, char **argv) {
    shared_node node = {-1, 0, 0, 0};
    (void)argv;
    node.read_only = argc > 1;
#ifndef OMIT_SHARED
    return map_region(&node, 32768, 1) == MAP_FAILED;
#else
    (void)map_region;
    return mprotect(NULL, 0, PROT_NONE);
#endif
}
