// The mask itself is a macro that only the build defines: nothing in the program says what it is.
// configurations: BUILD_PROT=1|3|5
// exact: no the build may set any number
// open: yes the build may set any number
#include <stddef.h>
#include <sys/mman.h>

int main(void) {
    mmap(NULL, 4096, BUILD_PROT, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return 0;
}
