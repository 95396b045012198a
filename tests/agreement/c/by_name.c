// The primitive looked up by name while the program runs.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stddef.h>
#include <sys/mman.h>

typedef void *mapper(void *, size_t, int, int, int, off_t);

int main(void) {
    mapper *map = (mapper *)dlsym(RTLD_DEFAULT, "mmap");
    int (*protect)(void *, size_t, int);
    *(void **)&protect = dlsym(RTLD_DEFAULT, "mprotect");
    void *area = map(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return protect(area, 4096, PROT_READ | PROT_WRITE);
}
