/* Held: an array that is printed, written and summed up is not stored to. */
#include <sys/mman.h>
#include <stdio.h>
#include <string.h>
static int modes[2] = { PROT_READ, PROT_READ|PROT_WRITE };
static char name[8] = "mode";
void show(void) { printf("%s %p %zu\n", name, (void*)modes, strlen(name)); fwrite(modes, sizeof *modes, 2, stdout); }
static int sum(const int *m) { return m[0] + m[1]; }
int total(void) { return sum(modes); }
void *map_it(unsigned long n) {
    return mmap(0, n, modes[1], MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); /* still: benign */
}
