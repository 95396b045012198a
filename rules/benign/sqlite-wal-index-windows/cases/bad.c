/* The shape of the Windows wal-index: a section and a view, both through a table of system calls. */
#include <windows.h>

typedef void (*syscall_ptr)(void);

static struct win_syscall {
    const char *zName;
    syscall_ptr pCurrent;
} aSyscall[] = {
    {"CreateFileMappingW", (syscall_ptr)CreateFileMappingW},
#define osCreateFileMappingW \
    ((HANDLE(WINAPI *)(HANDLE, LPSECURITY_ATTRIBUTES, DWORD, DWORD, DWORD, LPCWSTR))aSyscall[0].pCurrent)
    {"MapViewOfFile", (syscall_ptr)MapViewOfFile},
#define osMapViewOfFile ((LPVOID(WINAPI *)(HANDLE, DWORD, DWORD, DWORD, SIZE_T))aSyscall[1].pCurrent)
};

struct shm_node {
    HANDLE hFile;
    int isReadonly;
    int nRegion;
    void *aRegion[16];
};

int winShmMap(struct shm_node *pShmNode, int szRegion)
{
    DWORD protect = PAGE_READWRITE;
    DWORD flags = FILE_MAP_WRITE | FILE_MAP_READ;
    HANDLE hMap;

    if (pShmNode->isReadonly) {
        protect = PAGE_READONLY;
        flags = FILE_MAP_READ;
    }
    hMap = osCreateFileMappingW(pShmNode->hFile, NULL, protect, 0, szRegion, NULL); // expect: sqlite-wal-index-windows benign
    if (hMap == NULL)
        return -1;
    pShmNode->aRegion[pShmNode->nRegion] = osMapViewOfFile(hMap, flags, 0, 0, szRegion); // expect: sqlite-wal-index-windows benign
    return 0;
}

/* The same calls for something else. */
void *mapSettings(HANDLE hFile)
{
    HANDLE hMap = osCreateFileMappingW(hFile, NULL, PAGE_READONLY, 0, 0, NULL); // ok: sqlite-wal-index-windows
    return osMapViewOfFile(hMap, FILE_MAP_READ, 0, 0, 0); // ok: sqlite-wal-index-windows
}
