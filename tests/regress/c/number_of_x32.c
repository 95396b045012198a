/* Believed, and wrong: that a system call number which is not in the processor's table is no mapping call. */
#include <sys/mman.h>
#include <unistd.h>
int main(void) {
    void *p = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); /* never: benign */
    return syscall(0x40000000 + 10, p, 4096, PROT_READ | PROT_EXEC); /* never: benign */
}
