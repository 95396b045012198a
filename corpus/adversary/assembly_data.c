/* The system call instruction stands as bytes in an assembly statement. */
#include <sys/mman.h>

int main(void) {
  void *p = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);  // adversary: unresolved[later-change]
  long r;
  __asm__ volatile(".byte 0x0f, 0x05" : "=a"(r) : "a"(10L), "D"(p), "S"(4096L), "d"(7L) : "rcx", "r11", "memory");
  return (int)r;
}
