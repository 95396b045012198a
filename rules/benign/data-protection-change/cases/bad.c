/* Pages given and sealed. */
#include <stddef.h>
#include <sys/mman.h>

static char *space;

int space_reserve(size_t size)
{
    space = mmap(NULL, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); // ok: data-protection-change
    return space == MAP_FAILED;
}

int space_commit(size_t from, size_t size)
{
    return mprotect(space + from, size, PROT_READ | PROT_WRITE); // expect: data-protection-change benign
}

int space_seal(size_t size)
{
    return mprotect(space, size, PROT_READ); // expect: data-protection-change benign
}
