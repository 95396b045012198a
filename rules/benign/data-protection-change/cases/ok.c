/* Opened for writing, then turned into code: the first half is no more harmless than the second. */
#include <stddef.h>
#include <sys/mman.h>

int begin_patch(void *page)
{
    return mprotect(page, 4096, PROT_READ | PROT_WRITE); // ok: data-protection-change
}

int end_patch(void *page)
{
    return mprotect(page, 4096, PROT_READ | PROT_EXEC); // ok: data-protection-change
}
