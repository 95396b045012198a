// A union read through another member than the one written.
// exact: no how members of a union overlap is not followed
// open: yes how members of a union overlap is not followed
#include <stddef.h>
#include <sys/mman.h>

union word {
    unsigned number;
    unsigned char bytes[4];
};

int main(void) {
    union word word;
    word.number = 0x01020304;
    word.bytes[0] = PROT_READ;
    mmap(NULL, 4096, word.number & 0xFF, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return 0;
}
