// goto forwards, backwards and into the middle; a computed goto.
// arguments: | 1 | 1 2
#include <stddef.h>
#include <sys/mman.h>

int main(int argc, char **argv) {
    int prot = PROT_READ, again = 0;
    (void)argv;
    if (argc > 1)
        goto writable;
again:
    prot = again ? PROT_READ | PROT_EXEC : PROT_READ;
    goto map;
writable:
    prot |= PROT_WRITE;
map:
    mmap(NULL, 4096, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (argc > 2 && !again) {
        again = 1;
        goto again;
    }
    return 0;
}
