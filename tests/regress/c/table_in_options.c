/* Believed, and wrong: that an array is stored to only by name, though a table of options holds its address without an &. */
#include <sys/mman.h>
#include <string.h>
static int modes[2] = { PROT_READ, PROT_READ|PROT_WRITE };
struct opt { const char *name; int *where; };
static const struct opt opts[] = { { "r", modes }, { "w", modes + 1 } };
void set(const char *n, int v) { for (int i = 0; i < 2; i++) if (!strcmp(opts[i].name, n)) *opts[i].where = v; }
void *map_it(unsigned long n) {
    return mmap(0, n, modes[1], MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); /* never: benign */
}
