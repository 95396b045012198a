/* Both rights from the start are no fallback, and neither is a second try of the same kind. */
#include <stddef.h>
#include <sys/mman.h>

void *arena(size_t size)
{
    void *page = mmap(NULL, size, PROT_READ | PROT_WRITE | PROT_EXEC, // ok: write-exec-fallback
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB, -1, 0);
    if (page == MAP_FAILED)
        page = mmap(NULL, size, PROT_READ | PROT_WRITE | PROT_EXEC, // ok: write-exec-fallback
                    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return page;
}

void *after(size_t size, void **other)
{
    *other = mmap(NULL, size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return mmap(NULL, size, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); // ok: write-exec-fallback
}
