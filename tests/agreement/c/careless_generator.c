// Write and execute at once, at birth and by a later change.
#include <stddef.h>
#include <sys/mman.h>

int main(void) {
    void *code = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    void *data = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mprotect(data, 4096, PROT_READ | PROT_WRITE | PROT_EXEC);
    return code == data;
}
