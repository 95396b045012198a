/* The way of libffi's static trampolines: code from the library's file, data beside it. */
#include <stddef.h>
#include <sys/mman.h>

static int library;
static off_t offset;

void *tramp_table_map(size_t size)
{
    return mmap(NULL, size, PROT_READ | PROT_EXEC, MAP_PRIVATE, library, offset); // expect: closure-trampolines executable
}

void *trampoline_page_map(int fd)
{
    return mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0); // expect: closure-trampolines executable
}
