/* Believed, and wrong: that a member is only stored to by its name, not by read() over the record around it. */
#include <sys/mman.h>
#include <unistd.h>
struct cfg { int prot; int n; };
struct srv { int id; struct cfg list[4]; };
void init(struct srv *s) { for (int i = 0; i < 4; i++) s->list[i].prot = PROT_READ; }
void go(struct srv *s, int fd) { read(fd, s, sizeof *s); }
void *m(struct srv *s, unsigned long n) { return mmap(0, n, s->list[1].prot, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0); /* never: benign */ }
