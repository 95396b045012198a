/* Believed, and wrong: that a C function declared in a namespace is another function. */
namespace sys { extern "C" int mprotect(void*,unsigned long,int); extern "C" void*mmap(void*,unsigned long,int,int,int,long); }
using sys::mprotect;
static auto *const change = &sys::mprotect;
int main(){ void*p=
    sys::mmap(0,4096,3,0x22,-1,0); // never: benign
    change(p,4096,5); // never: benign
    return 0; }
