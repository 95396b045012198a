/* One object, a writable view and an executable one: neither is harmless. */
#define _GNU_SOURCE
#include <stddef.h>
#include <sys/mman.h>
#include <unistd.h>

int make_code_buffer(size_t size, void **writer, void **runner)
{
    int fd = memfd_create("code", MFD_CLOEXEC);
    if (fd < 0 || ftruncate(fd, (off_t)size) != 0)
        return -1;
    *writer = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0); // ok: shared-data-memory
    *runner = mmap(NULL, size, PROT_READ | PROT_EXEC, MAP_SHARED, fd, 0); // ok: shared-data-memory
    return *writer == MAP_FAILED || *runner == MAP_FAILED ? -1 : 0;
}
