/* Stacks of coroutines. */
#define _GNU_SOURCE
#include <stddef.h>
#include <sys/mman.h>

void *new_stack(size_t size)
{
    return mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0); // expect: thread-stack benign
}

void *reserve_stack(size_t size, int grows)
{
    int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK;
    if (grows)
        flags |= MAP_GROWSDOWN;
    return mmap(NULL, size, PROT_READ | PROT_WRITE, flags, -1, 0); // expect: thread-stack benign
}
