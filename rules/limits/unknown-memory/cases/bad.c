/* Masks out of memory that others fill. */
#include <stddef.h>
#include <sys/mman.h>

struct request {
    size_t size;
    int prot;
};

void *serve(const struct request *request)
{
    return mmap(NULL, request->size, request->prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); // expect: unknown-memory unresolved
}

void *serve_from(const int *rights, size_t size)
{
    return mmap(NULL, size, *rights, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); // expect: unknown-memory unresolved
}
