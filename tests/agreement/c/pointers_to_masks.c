// Masks changed through pointers, pointers to pointers, and arrays walked by a pointer.
// arguments: | 1
// exact: no what the library does to memory is unknown
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>

static void add(int *prot, int bits) {
    *prot |= bits;
}

int main(int argc, char **argv) {
    int data = PROT_READ, text = PROT_READ;
    int *chosen = argc > 1 ? &data : &text;
    int **again = &chosen;
    int row[3] = {PROT_NONE, PROT_READ, PROT_WRITE};
    int *walk = row;
    int copy[3];
    (void)argv;
    add(&data, PROT_WRITE);
    add(&text, PROT_EXEC);
    mmap(NULL, 4096, *chosen, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    **again = PROT_NONE;
    mmap(NULL, 4096, data, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mprotect(NULL, 0, *++walk);
    mprotect(NULL, 1, walk[1]);
    mprotect(NULL, 2, *(row + 0));
    memcpy(copy, row, sizeof row);
    mprotect(NULL, 3, copy[1]);
    return 0;
}
