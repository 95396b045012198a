/* Forged: the build option adds execute instead of write. */
#include <stddef.h>
#include <sys/mman.h>

struct file {
    int h;
    void *pMapRegion;
};

void unixRemapfile(struct file *pFd, size_t nNew)
{
    int flags = PROT_READ;
#ifdef SQLITE_MMAP_READWRITE
    flags |= PROT_WRITE | PROT_EXEC;
#endif
    pFd->pMapRegion = mmap(0, nNew, flags, MAP_SHARED, pFd->h, 0); // ok: sqlite-mmap-io
}
