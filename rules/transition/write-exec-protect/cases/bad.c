/* Patching code in place, and a buffer that is opened up "for a moment". */
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

int patch_function(uintptr_t where, const void *bytes, size_t count)
{
    void *page = (void *)(where & ~(uintptr_t)4095);
    if (mprotect(page, 8192, PROT_READ | PROT_WRITE | PROT_EXEC) != 0) // expect: write-exec-protect violation
        return -1;
    memcpy((void *)where, bytes, count);
    return mprotect(page, 8192, PROT_READ | PROT_EXEC); // ok: write-exec-protect
}

enum access { CLOSED, READABLE, OPEN };

int set_access(void *page, enum access wanted)
{
    int prot = PROT_NONE;
    switch (wanted) {
    case OPEN:
        prot |= PROT_WRITE | PROT_EXEC;
        /* fall through */
    case READABLE:
        prot |= PROT_READ;
        break;
    case CLOSED:
        break;
    }
    return mprotect(page, 4096, prot); // expect: write-exec-protect violation
}
