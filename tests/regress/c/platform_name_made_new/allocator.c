/* A file that others include is compiled with what they made of the platform's names. */
#include <sys/mman.h>
void *take(size_t n) { return mmap(0, n, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); } /* never: benign */
