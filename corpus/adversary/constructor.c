/* Execution is added before main, by a constructor, to memory that another constructor made. */
#include <sys/mman.h>

static void *pool;
__attribute__((constructor(101))) static void begin(void) { pool = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); }  // adversary: unresolved[later-change]
__attribute__((constructor(102))) static void ready(void) { mprotect(pool, 4096, PROT_READ | PROT_EXEC); }  // adversary: executable[write-then-execute]
int main(void) { return pool == 0; }
