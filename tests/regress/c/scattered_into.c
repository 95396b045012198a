/* Believed, and wrong: that a member is only stored to by its name, not through an address that a local record holds. */
#include <sys/mman.h>
#include <stdint.h>
#include <sys/uio.h>
struct cfg { int prot; int n; };
void init(struct cfg *c) { c->prot = PROT_READ; }
int load(struct cfg *c, int fd) { struct iovec v; v.iov_base = c; v.iov_len = sizeof *c; return readv(fd, &v, 1) > 0; }
void *m(struct cfg *c, unsigned long n) { return mmap(0, n, c->prot, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0); /* never: benign */ }
