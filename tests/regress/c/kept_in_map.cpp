/* Believed, and wrong: that a mapping function kept in an object of an unknown class is never called. */
#include <sys/mman.h>
#include <functional>
#include <map>
#include <string>
static std::map<std::string,std::function<int(void*,size_t,int)>> ops{{"p",mprotect}};
int main(){ void*p=
    mmap(0,4096,PROT_READ|PROT_WRITE,MAP_PRIVATE|MAP_ANONYMOUS,-1,0); // never: benign
    ops["p"](p,4096,5); return 0; }
