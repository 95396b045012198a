/* A weak function that looks harmless is replaced by a strong one in the same scope. */
#include <sys/mman.h>

__attribute__((weak)) int rights(void) { return PROT_READ; }
int strong(void) __attribute__((alias("rights_of_code")));
int rights_of_code(void) { return PROT_READ | PROT_WRITE | PROT_EXEC; }
int main(void) { return mmap(0, 4096, strong(), MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == 0; }  // adversary: violation[write-exec-mapping]
