/* Believed, and wrong: that a record which a member leads to is only filled in where its type is spelled out. */
#include <sys/mman.h>
#include <unistd.h>
struct cfg { int prot; int n; };
struct srv { struct cfg *conf; };
void init(struct srv *s) { s->conf->prot = PROT_READ; }
void go(struct srv *s, int fd) { read(fd, s->conf, 8); }
void *m(struct srv *s, unsigned long n) { return mmap(0, n, s->conf->prot, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0); /* never: benign */ }
