// The program has a static function named like a primitive of another system: it is what is called here.
#include <stddef.h>
#include <sys/mman.h>

static void *VirtualAlloc(void *address, size_t length, int type, int protection) {
    (void)type;
    return mmap(address, length, protection == 4 ? PROT_READ | PROT_WRITE : PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS,
                -1, 0);
}

int main(void) {
    VirtualAlloc(NULL, 4096, 0x3000, 0x04);
    VirtualAlloc(NULL, 4096, 0x3000, 0x02);
    return 0;
}
