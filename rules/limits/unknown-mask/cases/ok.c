/* Documented numbers, with modifiers. */
#include <windows.h>

void *guarded(SIZE_T size)
{
    return VirtualAlloc(NULL, size, MEM_COMMIT | MEM_RESERVE, PAGE_READWRITE | PAGE_GUARD); // ok: unknown-mask
}

HANDLE reserved(HANDLE file)
{
    return CreateFileMappingW(file, NULL, PAGE_READWRITE | SEC_RESERVE, 0, 4096, NULL); // ok: unknown-mask
}
