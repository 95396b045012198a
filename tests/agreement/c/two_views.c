// One object mapped twice, writable here and executable there.
#define _GNU_SOURCE
#include <stddef.h>
#include <sys/mman.h>

int main(void) {
    int fd = memfd_create("code", 0);
    void *writer = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    void *runner = mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_SHARED, fd, 0);
    return writer == runner;
}
