/* Exported functions that hand their caller's protection on. */
#include <stddef.h>
#include <sys/mman.h>

void *os_map(size_t size, int prot)
{
    return mmap(NULL, size, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); // expect: parameter unresolved
}

int os_protect(void *address, size_t size, int prot)
{
    return mprotect(address, size, prot | PROT_READ); // expect: parameter unresolved
}
