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

extern void read_configuration(int *protection);

static int default_protection = PROT_READ;

void configure(void)
{
    read_configuration(&default_protection);
}

void *map_default(size_t size)
{
    return mmap(NULL, size, default_protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); // expect: unknown-memory unresolved
}
