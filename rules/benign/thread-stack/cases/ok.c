/* An executable stack, and memory that is none. */
#define _GNU_SOURCE
#include <stddef.h>
#include <sys/mman.h>

void *trampoline_stack(size_t size)
{
    return mmap(NULL, size, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0); // ok: thread-stack
}

void *buffer(size_t size, int stack)
{
    return mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | (stack ? MAP_STACK : 0), -1, 0); // ok: thread-stack
}
