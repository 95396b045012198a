/* Believed, and wrong: that an address is still what it was before setjmp returned for the second time. */
#include <setjmp.h>
#include <sys/mman.h>
static jmp_buf back;
void make(unsigned long n) {
    void *volatile p = 0;
    if (setjmp(back)) {
        mprotect(p, n, PROT_READ | PROT_EXEC);
        return;
    }
    p = mmap(0, n, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); /* never: benign */
    longjmp(back, 1);
}
