/* Believed, and wrong: that a weak object begins as this file says; and that only a word that says so makes it weak. */
#include <sys/mman.h>
#define GIVES_WAY __attribute__((weak))
int rights GIVES_WAY = PROT_READ;
extern int others __attribute__((weak));
int others = PROT_READ;
void *make(unsigned long n) {
    mmap(0, n, others, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); /* never: benign */
    return mmap(0, n, rights, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); /* never: benign */
}
