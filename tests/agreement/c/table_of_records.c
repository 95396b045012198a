// A table of records searched by name; the mask stands in the record.
// arguments: text | data | guard
// exact: no which record the search leaves at is not followed
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>

static const struct kind {
    const char *name;
    int prot;
} kinds[] = {
    {"text", PROT_READ | PROT_EXEC},
    {"data", PROT_READ | PROT_WRITE},
    {.prot = PROT_NONE, .name = "guard"},
    {0, 0},
};

int main(int argc, char **argv) {
    const struct kind *kind;
    if (argc < 2)
        return 1;
    for (kind = kinds; kind->name; kind++)
        if (strcmp(kind->name, argv[1]) == 0)
            break;
    mmap(NULL, 4096, kind->prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return 0;
}
