// GNU's labels as values: where the jump goes is a table's matter.
// arguments: | 1
#include <stddef.h>
#include <sys/mman.h>

int main(int argc, char **argv) {
    static void *const targets[] = {&&read_only, &&read_write};
    int prot;
    (void)argv;
    goto *targets[argc > 1];
read_only:
    prot = PROT_READ;
    goto done;
read_write:
    prot = PROT_READ | PROT_WRITE;
done:
    mmap(NULL, 4096, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return 0;
}
