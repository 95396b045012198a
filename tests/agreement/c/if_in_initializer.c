// An initialiser whose elements, and so whose indices, depend on the build.
// configurations: WITH_NONE WITH_EXEC
// arguments: | 1
#include <stddef.h>
#include <sys/mman.h>

static const int rights[] = {
#ifdef WITH_NONE
    PROT_NONE,
#endif
    PROT_READ,
#ifdef WITH_EXEC
    PROT_READ | PROT_EXEC,
#endif
    PROT_READ | PROT_WRITE,
};

int main(int argc, char **argv) {
    (void)argv;
    mmap(NULL, 4096, rights[0], MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mmap(NULL, 4096, rights[argc > 1], MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return 0;
}
