// Macro arguments that are macro calls, empty arguments, and a macro name without its parentheses.
#include <stddef.h>
#include <sys/mman.h>

#define ID(x) x
#define OR(a, b) (ID(a) | ID(b))
#define WITH(prefix, p) prefix p
#define EMPTY
#define PICK(x) PROT_READ

static int PICKED = PROT_WRITE;

int main(void) {
    int PICK = PROT_WRITE;
    mmap(NULL, 4096, OR(OR(PROT_READ, PROT_WRITE), OR(ID(PROT_READ), 0)), ID(MAP_PRIVATE) | MAP_ANONYMOUS, -1, 0);
    mmap(NULL, 4096, WITH(EMPTY, PROT_READ), MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mmap(NULL, 4096, WITH(, PROT_NONE), MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mmap(NULL, 4096, PICK, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mmap(NULL, 4096, PICK(PICKED), MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return 0;
}
