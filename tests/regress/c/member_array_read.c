/* Believed, and wrong: that read() over an array in a record stores nothing to it. */
#include <sys/mman.h>
#include <unistd.h>
struct cfg { int modes[2]; };
void init(struct cfg *c) { c->modes[0] = PROT_READ; c->modes[1] = PROT_READ|PROT_WRITE; }
void load(struct cfg *c, int fd) { read(fd, c->modes, sizeof c->modes); }
void *map_it(struct cfg *c, unsigned long n) {
    return mmap(0, n, c->modes[1], MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); /* never: benign */
}
