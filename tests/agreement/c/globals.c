// Globals: initialised, tentative, changed by another function, extern in a block.
// arguments: | 1
#include <stddef.h>
#include <sys/mman.h>

static int data_prot = PROT_READ;
static int zero_prot;
static const int text_prot = PROT_READ | PROT_EXEC;
int shared_prot = PROT_READ | PROT_WRITE;

static void configure(int writable) {
    if (writable)
        data_prot |= PROT_WRITE;
}

int main(int argc, char **argv) {
    extern int shared_prot;
    (void)argv;
    configure(argc > 1);
    mmap(NULL, 4096, data_prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mmap(NULL, 4096, zero_prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mmap(NULL, 4096, text_prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mmap(NULL, 4096, shared_prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return 0;
}
