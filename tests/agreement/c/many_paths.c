// Ten independent switches, of which two concern the mask: the number of paths must not matter.
// arguments: | 1 | 1 2 | 1 2 3
#include <stddef.h>
#include <sys/mman.h>

int main(int argc, char **argv) {
    int prot = PROT_READ, flags = MAP_PRIVATE | MAP_ANONYMOUS, fd = -1, count = 0;
    size_t length = 4096;
    (void)argv;
    if (argc > 5) flags |= MAP_NORESERVE;
    if (argc > 6) length *= 2;
    if (argc > 7) count++;
    if (argc == 2 || argc == 4) prot |= PROT_WRITE;
    if (argc > 8) flags |= MAP_SHARED;
    if (argc > 9) fd = argc;
    if (argc > 10) length += 4096;
    if (argc > 11) count += 2;
    if (argc > 2) prot &= ~PROT_READ;
    if (argc > 12) count += 4;
    mmap(NULL, length + count, prot, flags, fd, 0);
    return 0;
}
