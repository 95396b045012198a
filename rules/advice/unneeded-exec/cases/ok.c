/* The memory is run, handed on or kept; or it has no execute right. */
#include <stddef.h>
#include <sys/mman.h>

void *code;
int start(void *entry);

int run(int fd, size_t size)
{
    int (*entry)(void) = mmap(NULL, size, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0); // ok: unneeded-exec
    return entry == MAP_FAILED ? -1 : entry();
}

int hand_on(int fd, size_t size)
{
    void *entry = mmap(NULL, size, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0); // ok: unneeded-exec
    return entry == MAP_FAILED ? -1 : start(entry);
}

void keep(int fd, size_t size)
{
    code = mmap(NULL, size, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0); // ok: unneeded-exec
}

int look(int fd, size_t size)
{
    char *text = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0); // ok: unneeded-exec
    return text == MAP_FAILED ? -1 : text[0];
}

int may_execute(size_t size)
{
    void *probe = mmap(NULL, size, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); // ok: unneeded-exec
    if (probe == MAP_FAILED)
        return 0;
    munmap(probe, size);
    return 1;
}
