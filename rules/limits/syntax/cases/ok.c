/* Unusual, but C in every configuration. */
#include <stddef.h>
#include <sys/mman.h>

void *split(size_t size, int writable)
{
#ifdef ALWAYS_WRITABLE
    if (1) {
#else
    if (writable) {
#endif
        return mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); // ok: syntax
    }
    return mmap(NULL, size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); // ok: syntax
}
