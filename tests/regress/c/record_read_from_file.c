/* Believed, and wrong: that a member is only stored to by its name, not by read() over the record. */
#include <sys/mman.h>
#include <unistd.h>
struct cfg { int prot; int n; };
int load(struct cfg *c, int fd) { return read(fd, c, sizeof *c); }
void defaults(struct cfg *c) { c->prot = PROT_READ; }
void *map_it(struct cfg *c, unsigned long n) {
    return mmap(0, n, c->prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); /* never: benign */
}
