/* A name proves nothing; and a store by another name is shared data. */
#include <stddef.h>
#include <sys/mman.h>

void *mdb_env_map(int fd, size_t size)
{
    return mmap(NULL, size, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_SHARED, fd, 0); // ok: memory-mapped-store
}

void *store_map(int fd, size_t size)
{
    return mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0); // ok: memory-mapped-store
}
