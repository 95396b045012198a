/* As 3.7.17 to 3.9.x did it: writable unless the file was opened read-only. */
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
};

struct file {
    int h;
    int ctrlFlags;
    void *pMapRegion;
};

void unixRemapfile(struct file *pFd, size_t nNew)
{
    int flags = PROT_READ;
    if ((pFd->ctrlFlags & 2) == 0)
        flags |= PROT_WRITE;
    pFd->pMapRegion = osMmap(0, nNew, flags, MAP_SHARED, pFd->h, 0); // expect: sqlite-mmap-io benign
}
