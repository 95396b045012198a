/* Believed, and wrong: that a call below a comment which ends in a full stop is of a member. */
#include <sys/mman.h>

int open_page(void *page) {
    // Make the page executable.
    mprotect(page, 4096, PROT_READ | PROT_WRITE | PROT_EXEC);  // never: benign
    return 0;
}

void *own(void) {
    return mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);  // never: benign
}
