// Arms that open a brace which is closed in another group.
// configurations: CHECKED
// arguments: | 1
#include <stddef.h>
#include <sys/mman.h>

int main(int argc, char **argv) {
    int prot = PROT_READ;
    (void)argv;
#ifdef CHECKED
    if (argc > 1) {
#endif
        prot |= PROT_WRITE;
#ifdef CHECKED
    }
#endif
    mmap(NULL, 4096, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return 0;
}
