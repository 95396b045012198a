/* Two views of one object of which none, or both for reading only, make a pair of w and x. */
#include <stddef.h>
#include <sys/mman.h>

int both_for_data(int fd, size_t size, void **other)
{
    void *one = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0); // ok: dual-mapping
    *other = mmap(NULL, size, PROT_READ, MAP_SHARED, fd, 0); // ok: dual-mapping
    return one == *other;
}

int kept_apart(int fd, size_t size, void **copy)
{
    void *code = mmap(NULL, size, PROT_READ | PROT_EXEC, MAP_SHARED, fd, 0); // ok: dual-mapping
    *copy = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0); // ok: dual-mapping
    return code == *copy;
}

int two_files(int first, int second, size_t size)
{
    void *code = mmap(NULL, size, PROT_READ | PROT_EXEC, MAP_SHARED, first, 0); // ok: dual-mapping
    void *data = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, second, 0); // ok: dual-mapping
    return code == data;
}
