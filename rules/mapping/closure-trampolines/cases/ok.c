/* The name alone, with memory of another kind; and the same mapping by another name. */
#include <stddef.h>
#include <sys/mman.h>

void *tramp_table_map(size_t size)
{
    return mmap(NULL, size, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); // ok: closure-trampolines
}

void *text(int fd, size_t size)
{
    return mmap(NULL, size, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0); // ok: closure-trampolines
}
