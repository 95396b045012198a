/* Believed, and wrong: that a mapping function handed to code that is not read is never called. */
#include <sys/mman.h>
#include <functional>
int main(){ void*p=
    mmap(0,4096,PROT_READ|PROT_WRITE,MAP_PRIVATE|MAP_ANONYMOUS,-1,0); // never: benign
    auto f = std::bind(mprotect,std::placeholders::_1,4096,5); 
    f(p);
    return 0; }
