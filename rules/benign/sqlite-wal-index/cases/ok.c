/* Forged: the name and the member are right, the protection is not. Identity proves nothing. */
#include <stddef.h>
#include <sys/mman.h>

struct shm_node {
    int hShm;
    unsigned char isReadonly;
};

void *unixShmMap(struct shm_node *pShmNode, int szRegion)
{
    return mmap(0, szRegion, // ok: sqlite-wal-index
                pShmNode->isReadonly ? PROT_READ : PROT_READ | PROT_WRITE | PROT_EXEC,
                MAP_SHARED, pShmNode->hShm, 0);
}
