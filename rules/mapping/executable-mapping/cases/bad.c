/* A loader of code files: mapped to be run, never to be written. */
#include <stddef.h>
#include <sys/mman.h>

void *load_text(int fd, size_t size)
{
    return mmap(NULL, size, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0); // expect: executable-mapping executable
}

void *load_hidden_text(int fd, size_t size)
{
    return mmap(NULL, size, PROT_EXEC, MAP_PRIVATE, fd, 0); // expect: executable-mapping executable
}
