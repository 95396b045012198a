// Two heads, one body.
// configurations: CONTEXT
#include <stddef.h>
#include <sys/mman.h>

#ifdef CONTEXT
static void *pool_map(void *context, int prot)
#else
static void *pool_map(int prot)
#endif
{
#ifdef CONTEXT
    if (context == NULL)
        return NULL;
#endif
    return mmap(NULL, 4096, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

int main(int argc, char **argv) {
    (void)argc;
#ifdef CONTEXT
    return pool_map(argv, PROT_READ) == NULL;
#else
    (void)argv;
    return pool_map(PROT_READ | PROT_WRITE) == NULL;
#endif
}
