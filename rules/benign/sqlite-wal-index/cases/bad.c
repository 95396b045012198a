/* The shape of the wal-index mapping: a macro for an entry of a table of system calls, a descriptor in a member. */
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/types.h>
#include <unistd.h>

typedef void (*syscall_ptr)(void);

static struct unix_syscall {
    const char *zName;
    syscall_ptr pCurrent;
    syscall_ptr pDefault;
} aSyscall[] = {
    {"close", (syscall_ptr)close, 0},
#define osClose ((int (*)(int))aSyscall[0].pCurrent)
    {"mmap", (syscall_ptr)mmap, 0},
#define osMmap ((void *(*)(void *, size_t, int, int, int, off_t))aSyscall[1].pCurrent)
};

struct shm_node {
    int hShm;
    uint8_t isReadonly;
    uint8_t isUnlocked;
    int nRegion;
    char **apRegion;
};

int unixShmMap(struct shm_node *pShmNode, int szRegion)
{
    void *pMem = osMmap(0, szRegion, // expect: sqlite-wal-index benign
                        pShmNode->isReadonly ? PROT_READ : PROT_READ | PROT_WRITE,
                        MAP_SHARED, pShmNode->hShm, (off_t)szRegion * pShmNode->nRegion);
    if (pMem == MAP_FAILED)
        return -1;
    pShmNode->apRegion[pShmNode->nRegion++] = pMem;
    return 0;
}

/* A neighbour that is not the wal-index: same table, same flags, another function. */
void *mapStatistics(struct shm_node *pNode, int nByte)
{
    return osMmap(0, nByte, PROT_READ | PROT_WRITE, MAP_SHARED, pNode->hShm, 0); // ok: sqlite-wal-index
}
