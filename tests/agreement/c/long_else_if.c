// A long chain of else-if over words, ending in a refusal.
// arguments: none | read | write | both | code
// exact: no conditions of so many tests are given up, which lets ways meet that never do
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>

int main(int argc, char **argv) {
    const char *word = argc > 1 ? argv[1] : "";
    int prot = -1;
    if (!strcmp(word, "none"))
        prot = PROT_NONE;
    else if (!strcmp(word, "read"))
        prot = PROT_READ;
    else if (!strcmp(word, "write"))
        prot = PROT_WRITE;
    else if (!strcmp(word, "both"))
        prot = PROT_READ | PROT_WRITE;
    if (prot == -1)
        return 1;
    mmap(NULL, 4096, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return 0;
}
