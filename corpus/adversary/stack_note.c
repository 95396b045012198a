/* A note in the object asks for an executable stack, and so for READ_IMPLIES_EXEC. */
#include <sys/mman.h>

__asm__(".section .note.GNU-stack,\"x\",@progbits\n.text");
int main(void) { return mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == 0; }  // adversary: unresolved[platform]
