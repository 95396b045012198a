/* Believed, and wrong: that a section made by NtCreateSection() is no executable image. */
#include <windows.h>
int main(void){ HANDLE h; PVOID b=0; SIZE_T z=0;
    NtCreateSection(&h,SECTION_ALL_ACCESS,0,0,PAGE_READONLY,SEC_IMAGE,(HANDLE)3);
    NtMapViewOfSection(h,(HANDLE)-1,&b,0,0,0,&z,2,0,PAGE_READONLY); // never: benign
    return 0; }
