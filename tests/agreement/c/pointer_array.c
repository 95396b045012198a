// An array of wrappers with a common shape, called by an index that the run decides.
// arguments: | 1 | 1 2
#include <stddef.h>
#include <sys/mman.h>

static void *map_data(size_t n) {
    return mmap(NULL, n, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static void *map_text(size_t n) {
    return mmap(NULL, n, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static void *map_guard(size_t n) {
    return mmap(NULL, n, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static void *(*const makers[])(size_t) = {map_data, map_text, map_guard};

int main(int argc, char **argv) {
    (void)argv;
    return argc > 3 ? 1 : makers[argc - 1](4096) == NULL;
}
