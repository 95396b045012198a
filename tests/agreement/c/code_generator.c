// A code generator that never has write and execute at once: map, write, then swap write for execute and back.
// arguments: | 1
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>

static int flip(void *code, size_t length, int writable) {
    return mprotect(code, length, writable ? PROT_READ | PROT_WRITE : PROT_READ | PROT_EXEC);
}

int main(int argc, char **argv) {
    char *code = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    (void)argv;
    if (code == MAP_FAILED)
        return 1;
    memset(code, 0xC3, 4096);
    if (flip(code, 4096, 0))
        return 1;
    if (argc > 1)
        return flip(code, 4096, 1);
    return 0;
}
