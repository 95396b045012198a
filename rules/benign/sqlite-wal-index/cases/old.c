/* As it was before 3.7.17: the call is direct, the member is h. */
#include <stddef.h>
#include <sys/mman.h>
#include <sys/types.h>

struct shm_node {
    int h;
    unsigned char isReadonly;
    unsigned short nRegion;
};

void *unixShmMap(struct shm_node *pShmNode, int szRegion)
{
    return mmap(0, szRegion, // expect: sqlite-wal-index benign
                pShmNode->isReadonly ? PROT_READ : PROT_READ | PROT_WRITE,
                MAP_SHARED, pShmNode->h, pShmNode->nRegion * (off_t)szRegion);
}
