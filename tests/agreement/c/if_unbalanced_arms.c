// Each arm opens its own kind of statement; one closing brace serves both.
// configurations: RETRY
// arguments: | 1
#include <stddef.h>
#include <sys/mman.h>

int main(int argc, char **argv) {
    int tries = 0, prot = PROT_READ | PROT_WRITE;
    (void)argv;
#ifdef RETRY
    while (tries < argc - 1) {
        prot = PROT_READ;
#else
    if (argc > 1) {
        prot |= PROT_EXEC;
#endif
        tries++;
    }
    mmap(NULL, 4096, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return 0;
}
