// Truth values turned into bits: !!, &&, ||, comparisons, multiplication, negation.
// arguments: | 1
#include <stddef.h>
#include <sys/mman.h>

int main(int argc, char **argv) {
    int writable = argc > 1;
    (void)argv;
    mmap(NULL, 4096, 1 | !!writable << 1, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mmap(NULL, 4096, PROT_READ | (writable && 1) * PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mmap(NULL, 4096, (writable || 0) + 1, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mmap(NULL, 4096, -writable & PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mmap(NULL, 4096, PROT_READ | (-(writable == 0) & PROT_EXEC), MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mmap(NULL, 4096, !writable, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return 0;
}
