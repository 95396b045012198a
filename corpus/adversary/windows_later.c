/* VirtualProtect through a pointer that GetProcAddress gave. */
#include <windows.h>
typedef BOOL(WINAPI *change)(void *, SIZE_T, DWORD, DWORD *);
int main(void) {
  DWORD old;
  void *p = VirtualAlloc(NULL, 4096, MEM_COMMIT | MEM_RESERVE, PAGE_READWRITE);  // adversary: unresolved[later-change]
  change f = (change)GetProcAddress(GetModuleHandleW(L"kernel32"), "VirtualProtect");
  return !f(p, 4096, PAGE_EXECUTE_READWRITE, &old);  // adversary: violation[write-exec-protect]
}
