/* Both letters occur, but never together; and an execute bit that is taken away before the call. */
#include <stddef.h>
#include <sys/mman.h>

void *map_segment(int fd, size_t size, int is_text)
{
    int prot = is_text ? PROT_READ | PROT_EXEC : PROT_READ | PROT_WRITE;
    return mmap(NULL, size, prot, MAP_PRIVATE, fd, 0); // ok: write-exec-mapping
}

void *map_without_exec(size_t size, int prot)
{
    prot &= ~PROT_EXEC;
    return mmap(NULL, size, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); // ok: write-exec-mapping
}

/* mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, ...) in a comment is no call. */
const char *const usage = "mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE, -1, 0)";
