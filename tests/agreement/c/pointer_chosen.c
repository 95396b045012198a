// The callee is an expression: a conditional, a comma, a cast, and the result of a function.
// arguments: | 1
#include <stddef.h>
#include <sys/mman.h>

typedef int protector(void *, size_t, int);

static int lenient(void *address, size_t length, int prot) {
    return mprotect(address, length, prot | PROT_READ);
}

static protector *choose(int strict) {
    return strict ? mprotect : lenient;
}

int main(int argc, char **argv) {
    int strict = argc > 1;
    (void)argv;
    (strict ? mprotect : lenient)(NULL, 0, PROT_NONE);
    choose(strict)(NULL, 0, PROT_WRITE);
    ((protector *)(void *)mprotect)(NULL, 0, PROT_READ | PROT_EXEC);
    (lenient, mprotect)(NULL, 0, PROT_READ);
    return 0;
}
