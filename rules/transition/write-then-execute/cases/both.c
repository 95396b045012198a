/* One call in scope that gives the memory both rights, and nothing is proved of it any more. */
#include <stddef.h>
#include <sys/mman.h>

int careless(int debugging)
{
    void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED)
        return -1;
    if (mprotect(page, 4096, PROT_READ | PROT_EXEC) != 0) // ok: write-then-execute
        return -1;
    if (debugging)
        return mprotect(page, 4096, PROT_READ | PROT_WRITE | PROT_EXEC); // expect: write-exec-protect violation
    return 0;
}
