// An if and its else stand in a group of their own; without the group the second branch is the only one.
// configurations: READ_ONLY_OPTION
// arguments: | 1
#include <stddef.h>
#include <sys/mman.h>

int main(int argc, char **argv) {
    void *area;
    (void)argv;
    (void)argc;
#ifdef READ_ONLY_OPTION
    if (argc > 1)
        area = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    else
#endif
        area = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return area == NULL;
}
