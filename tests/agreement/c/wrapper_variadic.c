// A variadic wrapper, as some libraries have for open: the protection is an optional argument.
// arguments: | 1
// exact: no what a va_list holds is not followed
// open: yes what a va_list holds is not followed
#include <stdarg.h>
#include <stddef.h>
#include <sys/mman.h>

static void *map(size_t length, int has_prot, ...) {
    int prot = PROT_READ;
    if (has_prot) {
        va_list list;
        va_start(list, has_prot);
        prot = va_arg(list, int);
        va_end(list);
    }
    return mmap(NULL, length, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

int main(int argc, char **argv) {
    (void)argv;
    if (argc > 1)
        map(4096, 1, PROT_READ | PROT_WRITE);
    else
        map(4096, 0);
    return 0;
}
