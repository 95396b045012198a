/* Data beside code, and code of which it is not proved that nothing writes to it. */
#include <stddef.h>
#include <sys/mman.h>

void *load_text(int fd, size_t size)
{
    return mmap(NULL, size, PROT_READ | PROT_EXEC, MAP_SHARED, fd, 0); // ok: executable-mapping
}

void *load_shared_data(int fd, size_t size)
{
    return mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0); // ok: executable-mapping
}

void *arena(size_t size)
{
    return mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); // ok: executable-mapping
}
