// Functions defined as before 1989, one of them with its parameters declared in another order.
#include <stddef.h>
#include <sys/mman.h>

static void *get_pages(count, rights)
    int rights;
    int count;
{
    return mmap(NULL, count * 4096, rights, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

int
main(argc, argv)
    int argc;
    char **argv;
{
    (void)argc;
    (void)argv;
    get_pages(1, PROT_READ);
    get_pages(3, PROT_READ | PROT_WRITE);
    return 0;
}
