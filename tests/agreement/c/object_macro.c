// A protection behind object-like macros, one of which is made of others.
#include <stddef.h>
#include <sys/mman.h>

#define READABLE PROT_READ
#define WRITABLE PROT_WRITE
#define DATA (READABLE | WRITABLE)
#define FLAGS MAP_PRIVATE | MAP_ANONYMOUS
#define NOBODY -1

int main(void) {
    mmap(NULL, 4096, READABLE, FLAGS, NOBODY, 0);
    mmap(NULL, 4096, DATA, FLAGS, NOBODY, 0);
    mmap(NULL, 4096, DATA & ~WRITABLE, FLAGS, NOBODY, 0);
    return 0;
}
