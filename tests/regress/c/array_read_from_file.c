/* Believed, and wrong: that read() into an array stores nothing to it. */
#include <sys/mman.h>
#include <unistd.h>
static int modes[4] = { PROT_READ, PROT_READ | PROT_WRITE, PROT_NONE, PROT_READ };
int load_config(int fd) { return read(fd, modes, sizeof modes) == sizeof modes; }
void *map_it(unsigned i, unsigned long n) {
    return mmap(0, n, modes[i & 3], MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); /* never: benign */
}
