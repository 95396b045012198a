/* Reserved address space, and a page that ends a stack. */
#include <stddef.h>
#include <sys/mman.h>

void *reserve(size_t size)
{
    return mmap(NULL, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0); // expect: guard-pages benign
}

void *make_stack(size_t size)
{
    char *stack = mmap(NULL, size, PROT_READ | PROT_WRITE, // ok: guard-pages
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    if (stack == MAP_FAILED)
        return NULL;
    if (mprotect(stack, 4096, PROT_NONE) != 0) { // expect: guard-pages benign
        munmap(stack, size);
        return NULL;
    }
    return stack + size;
}
