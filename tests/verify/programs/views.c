/* A Win32 section and its view, chosen by a flag. */
#include <windows.h>

static HANDLE section(HANDLE file, int writable) {
  DWORD protect = PAGE_READONLY;
  if (writable) protect = PAGE_READWRITE;
  return CreateFileMappingW(file, NULL, protect, 0, 4096, NULL);
}

static void *view(HANDLE mapping, int writable) {
  DWORD access = writable ? FILE_MAP_READ | FILE_MAP_WRITE : FILE_MAP_READ;
  return MapViewOfFile(mapping, access, 0, 0, 4096);
}

int main(void) { return view(section(INVALID_HANDLE_VALUE, 1), 0) == NULL; }
