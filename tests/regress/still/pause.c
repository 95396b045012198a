/* Machine code that enters no kernel, through macros, one of which has a function's name. */
#include <stddef.h>
#include <sys/mman.h>

#if defined(__i386__)
#define pause_cpu() __asm__("pause")
#elif defined(__aarch64__)
#define pause_cpu() __asm__ volatile("yield" ::: "memory")
#else
void pause_cpu(void);
#endif

void *pages(size_t size) {
  pause_cpu();
  return mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); /* still: benign */
}
