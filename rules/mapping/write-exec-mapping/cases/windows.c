/* The same on Windows: fresh pages, a section and its view. */
#include <windows.h>

void *thunk_page(void)
{
    return VirtualAlloc(NULL, 4096, MEM_COMMIT | MEM_RESERVE, PAGE_EXECUTE_READWRITE); // expect: write-exec-mapping violation
}

void *data_page(void)
{
    return VirtualAlloc(NULL, 4096, MEM_COMMIT | MEM_RESERVE, PAGE_READWRITE); // ok: write-exec-mapping
}

void *code_view(void)
{
    HANDLE section = CreateFileMappingW(INVALID_HANDLE_VALUE, NULL, // expect: write-exec-mapping violation
                                        PAGE_EXECUTE_READWRITE, 0, 65536, NULL);
    if (section == NULL)
        return NULL;
    return MapViewOfFile(section, FILE_MAP_WRITE | FILE_MAP_EXECUTE, 0, 0, 65536); // expect: write-exec-mapping violation
}
