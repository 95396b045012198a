/* Believed, and wrong: that a mapping function handed to a thread is never called. */
#include <sys/mman.h>
#include <functional>
#include <thread>
int main(){ void*p=
    mmap(0,4096,PROT_READ|PROT_WRITE,MAP_PRIVATE|MAP_ANONYMOUS,-1,0); // never: benign
    std::invoke(mprotect,p,4096,5); 
    std::thread t(mprotect,p,4096,5); t.join();
    return 0; }
