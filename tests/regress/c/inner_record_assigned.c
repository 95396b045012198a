/* Believed, and wrong: that a member is only stored to by its name, not with the record that it is in. */
#include <sys/mman.h>
struct inner { int prot; int n; };
struct outer { struct inner in; int k; };
static struct outer cfg = { { PROT_READ, 1 }, 2 };
static const struct inner hot = { PROT_READ | PROT_EXEC, 3 };
void enable(void) { cfg.in = hot; }
void *map_it(unsigned long n) {
    return mmap(0, n, cfg.in.prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); /* never: benign */
}
