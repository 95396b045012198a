/* Believed, and wrong: that a member function of a class that is not known leaves its object alone. */
#include <sys/mman.h>
#include <atomic>
static std::atomic<int> prot{1};
int main(){ prot.fetch_or(4);
    mmap(0,4096,prot,MAP_PRIVATE|MAP_ANONYMOUS,-1,0); // never: benign
    mmap(0,4096,prot.load(),MAP_PRIVATE|MAP_ANONYMOUS,-1,0); // never: benign
    return 0; }
