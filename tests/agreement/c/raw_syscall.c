// System calls by number, by name and through a wrapper.
#define _GNU_SOURCE
#include <stddef.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

static long protect(void *address, size_t length, int prot) {
    return syscall(SYS_mprotect, address, length, prot);
}

int main(void) {
    void *area = (void *)syscall(SYS_mmap, NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    syscall(__NR_mprotect, area, 4096, PROT_READ);
    syscall(SYS_getpid);
    protect(area, 4096, PROT_NONE);
    protect(area, 4096, PROT_READ | PROT_EXEC);
    return 0;
}
