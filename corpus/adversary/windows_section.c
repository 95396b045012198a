/* SQLite's two calls on Windows, with a section that can be executed. */
#include <windows.h>
#define osCreateFileMappingW CreateFileMappingW
#define osMapViewOfFile MapViewOfFile
int main(void) {
  DWORD protect = PAGE_READWRITE, flags = FILE_MAP_WRITE | FILE_MAP_READ;
  protect <<= 4;
  HANDLE h = osCreateFileMappingW(INVALID_HANDLE_VALUE, NULL, protect, 0, 4096, NULL);  // adversary: violation[write-exec-mapping]
  return osMapViewOfFile(h, flags | 0x20, 0, 0, 4096) == NULL;  // adversary: violation[write-exec-mapping]
}
