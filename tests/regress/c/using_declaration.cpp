/* Believed, and wrong: that a function which a using declaration brings into a namespace is another one. */
#include <sys/mman.h>
namespace system_calls { using ::mprotect; }
void *make(unsigned long n) {
    void *p = mmap(0, n, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); /* never: benign */
    system_calls::mprotect(p, n, PROT_READ | PROT_EXEC);
    return p;
}
