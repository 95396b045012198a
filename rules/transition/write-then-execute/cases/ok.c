/* Shared memory has other views; and memory that is not known may be anything. */
#include <stddef.h>
#include <sys/mman.h>

int shared(size_t size)
{
    void *page = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED)
        return -1;
    return mprotect(page, size, PROT_READ | PROT_EXEC); // ok: write-then-execute
}

int anywhere(void *page, size_t size)
{
    return mprotect(page, size, PROT_READ | PROT_EXEC); // ok: write-then-execute
}
