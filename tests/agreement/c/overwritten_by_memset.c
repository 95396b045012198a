// A record cleared by memset and filled again; another copied over by memcpy.
// exact: no what the library does to memory is unknown
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>

struct rights {
    int prot;
    int spare;
};

int main(void) {
    struct rights first = {PROT_READ | PROT_EXEC, 1}, second = {PROT_READ | PROT_WRITE, 2};
    memset(&first, 0, sizeof first);
    mmap(NULL, 4096, first.prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    memcpy(&first, &second, sizeof first);
    mmap(NULL, 4096, first.prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return 0;
}
