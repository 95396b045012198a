/* The mask is computed with fractions: half of one, eight times. */
#include <sys/mman.h>

int main(void) { return mmap(0, 4096, (int)((float)1 / 2 * 8) | PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == 0; }  // adversary: unresolved[limit]
