/* Forged: the right name with an executable section and view. */
#include <windows.h>

struct shm_node {
    HANDLE hFile;
};

void *winShmMap(struct shm_node *pShmNode, int szRegion)
{
    HANDLE hMap = CreateFileMappingW(pShmNode->hFile, NULL, PAGE_EXECUTE_READWRITE, 0, szRegion, NULL); // ok: sqlite-wal-index-windows
    return MapViewOfFile(hMap, FILE_MAP_WRITE | FILE_MAP_READ | FILE_MAP_EXECUTE, 0, 0, szRegion); // ok: sqlite-wal-index-windows
}
