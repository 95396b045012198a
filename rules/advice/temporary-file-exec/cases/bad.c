/* Whoever is first in /tmp decides what runs. */
#include <fcntl.h>
#include <stdlib.h>
#include <stddef.h>
#include <sys/mman.h>

void *plugin(size_t size)
{
    int fd = open("/tmp/plugin.bin", O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return NULL;
    return mmap(NULL, size, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0); // expect: temporary-file-exec warning
}

void *generated(size_t size)
{
    char name[] = "/var/cache/codeXXXXXX";
    int fd = mkstemp(name);
    return mmap(NULL, size, PROT_READ | PROT_EXEC, MAP_SHARED, fd, 0); // expect: temporary-file-exec warning
}
