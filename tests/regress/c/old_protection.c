/* Believed, and wrong: that VirtualProtect() leaves the variable for the old protection as it was. */
#include <windows.h>
int main(void){ DWORD old=PAGE_READONLY; 
    void *q = VirtualAlloc(0,4096,MEM_COMMIT,PAGE_READONLY); // 
    void *p = VirtualAlloc(0,4096,MEM_COMMIT,PAGE_READWRITE); // never: benign
    VirtualProtect(q,4096,PAGE_EXECUTE_READ,&old); // never: benign
    VirtualProtect(q,4096,PAGE_READONLY,&old); 
    VirtualProtect(p,4096,old,&old); // never: benign
    return 0; }
