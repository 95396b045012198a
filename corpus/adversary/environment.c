/* The mask is what somebody put into the environment. */
#include <sys/mman.h>

#include <stdlib.h>
int main(void) { return mmap(0, 4096, atoi(getenv("PROT_READ")), MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == 0; }  // adversary: unresolved[unknown-call]
