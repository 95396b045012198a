/* Pages of a process's own on Windows. */
#include <windows.h>

void *buffer(SIZE_T size)
{
    return VirtualAlloc(NULL, size, MEM_COMMIT | MEM_RESERVE, PAGE_READWRITE); // expect: private-data-memory benign
}
