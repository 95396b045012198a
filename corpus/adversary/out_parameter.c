/* The address goes out through a parameter, and comes back two calls deep. */
#include <sys/mman.h>

static void make(void **out) { *out = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); }  // adversary: unresolved[later-change]
static void *remembered;
static void deeper(void) { mprotect(remembered, 4096, PROT_READ | PROT_EXEC); }  // adversary: unresolved[discipline]
static void deep(void) { deeper(); }
int main(void) { make(&remembered); deep(); return 0; }
