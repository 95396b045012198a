/* Believed, and wrong: that sscanf stores nothing to an array handed to it without an &. */
#include <sys/mman.h>
#include <stdio.h>
static int vals[2] = { PROT_READ, 1 };
int parse(const char *line) { return sscanf(line, "%d %d", vals, vals + 1); }
void *map_it(unsigned long n) {
    return mmap(0, n, vals[0], MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); /* never: benign */
}
