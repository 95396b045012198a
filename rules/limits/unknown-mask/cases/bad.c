/* Numbers that Windows does not document as protections: POSIX masks, two protections at once, an image. */
#include <windows.h>

void *posix_habit(SIZE_T size)
{
    return VirtualAlloc(NULL, size, MEM_COMMIT | MEM_RESERVE, 3); // expect: unknown-mask unresolved
}

BOOL both(void *address, SIZE_T size)
{
    DWORD old;
    return VirtualProtect(address, size, PAGE_READONLY | PAGE_READWRITE, &old); // expect: unknown-mask unresolved
}

HANDLE image(HANDLE file)
{
    return CreateFileMappingW(file, NULL, PAGE_READONLY | SEC_IMAGE, 0, 0, NULL); // expect: unknown-mask unresolved
}
