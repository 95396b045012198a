/* Code buffers that are writable and executable from birth, said in the ways that programs say it. */
#include <stddef.h>
#include <sys/mman.h>

#define CODE_PROT (PROT_READ | PROT_WRITE | PROT_EXEC)

void *code_alloc(size_t size)
{
    return mmap(NULL, size, CODE_PROT, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); // expect: write-exec-mapping violation
}

void *code_alloc_at(void *hint, size_t size, int writable)
{
    int prot = PROT_READ | PROT_EXEC;
    if (writable)
        prot |= PROT_WRITE;
    return mmap(hint, size, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); // expect: write-exec-mapping violation
}

static void *map_pages(size_t size, int prot)
{
    return mmap(NULL, size, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); // expect: write-exec-mapping violation
}

void *stub_page(void)
{
    return map_pages(4096, 7); // expect: write-exec-mapping violation
}

void *scratch_page(void)
{
    return map_pages(4096, PROT_READ | PROT_WRITE); // ok: write-exec-mapping
}
