/* The shape of memory-mapped I/O: a variable called flags that holds protections, a build option that adds one, mremap. */
#define _GNU_SOURCE
#include <stddef.h>
#include <sys/mman.h>
#include <sys/types.h>

typedef void (*syscall_ptr)(void);

static struct unix_syscall {
    const char *zName;
    syscall_ptr pCurrent;
} aSyscall[] = {
    {"mmap", (syscall_ptr)mmap},
#define osMmap ((void *(*)(void *, size_t, int, int, int, off_t))aSyscall[0].pCurrent)
    {"mremap", (syscall_ptr)mremap},
#define osMremap ((void *(*)(void *, size_t, size_t, int, ...))aSyscall[1].pCurrent)
};

struct file {
    int h;
    int readonly;
    size_t mmapSize;
    void *pMapRegion;
};

static void unixRemapfile(struct file *pFd, size_t nNew)
{
    int flags = PROT_READ;
    void *pNew = 0;

#ifdef SQLITE_MMAP_READWRITE
    if (!pFd->readonly)
        flags |= PROT_WRITE;
#endif
    if (pFd->pMapRegion)
        pNew = osMremap(pFd->pMapRegion, pFd->mmapSize, nNew, MREMAP_MAYMOVE);
    if (pNew == 0)
        pNew = osMmap(0, nNew, flags, MAP_SHARED, pFd->h, 0); // expect: sqlite-mmap-io benign
    pFd->pMapRegion = pNew == MAP_FAILED ? 0 : pNew;
}

int unixMapfile(struct file *pFd, size_t nMap)
{
    if (pFd->mmapSize == nMap)
        return 0;
    unixRemapfile(pFd, nMap);
    return pFd->pMapRegion == 0;
}

/* Not memory-mapped I/O: the same table, another function. */
void *readWhole(struct file *pFd, size_t nByte)
{
    return osMmap(0, nByte, PROT_READ, MAP_PRIVATE, pFd->h, 0); // ok: sqlite-mmap-io
}
