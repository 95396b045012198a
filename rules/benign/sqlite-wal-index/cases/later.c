/* Right in everything, but other code in scope can add x at an address that may be anything. */
#include <stddef.h>
#include <sys/mman.h>

struct shm_node {
    int hShm;
    unsigned char isReadonly;
};

void *unixShmMap(struct shm_node *pShmNode, int szRegion)
{
    return mmap(0, szRegion, // ok: sqlite-wal-index
                pShmNode->isReadonly ? PROT_READ : PROT_READ | PROT_WRITE,
                MAP_SHARED, pShmNode->hShm, 0);
}

int unlock_code(void *address, size_t size)
{
    return mprotect(address, size, PROT_READ | PROT_EXEC);
}
