/* The name of a section brings its own flags along: the stack, and all that is readable, becomes executable. */
#include <sys/mman.h>

__attribute__((section(".note.GNU-stack,\"x\",@progbits#"))) static const char note = 0;
int main(void) { return note + (mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == 0); }  // adversary: unresolved[platform]
