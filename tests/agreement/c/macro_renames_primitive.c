// `#define mmap other`: below it the word mmap calls something that maps nothing; above it, it is the real thing.
#include <stddef.h>
#include <sys/mman.h>

static void *real(void) {
    return mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static void *counted(void *address, size_t length, int prot, int flags, int fd, long offset) {
    static char arena[64];
    (void)address, (void)length, (void)prot, (void)flags, (void)fd, (void)offset;
    return arena;
}

#define mmap counted

int main(void) {
    void *mine = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE, -1, 0);
    return real() == mine;
}
