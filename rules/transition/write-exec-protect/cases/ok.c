/* One right at a time. */
#include <stddef.h>
#include <sys/mman.h>

int unlock_page(void *page)
{
    return mprotect(page, 4096, PROT_READ | PROT_WRITE); // ok: write-exec-protect
}

int seal_page(void *page)
{
    return mprotect(page, 4096, PROT_READ | PROT_EXEC); // ok: write-exec-protect
}
