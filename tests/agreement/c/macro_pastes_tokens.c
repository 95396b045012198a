// The protection's name, and the function's, put together by ##.
#include <stddef.h>
#include <sys/mman.h>

#define RIGHT(x) PROT_##x
#define JOIN(a, b) a##b
#define CALL(a, b) JOIN(a, b)

int main(void) {
    mmap(NULL, 4096, RIGHT(READ) | RIGHT(WRITE), MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    JOIN(mm, ap)(NULL, 4096, RIGHT(NONE), MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CALL(mpro, tect)(NULL, 0, RIGHT(EXEC));
    return 0;
}
