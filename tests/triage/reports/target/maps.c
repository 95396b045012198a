#define _GNU_SOURCE
#include <string.h>
#include <sys/mman.h>

/* A page that processes share: data only. */
void *shared_index(int fd, unsigned long n) {
  return mmap(0, n, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
}

/* Code that is written and run in one mapping. */
void *arena(unsigned long n) {
  return mmap(0, n, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

/* Code that is written first and run later. */
void *seal(unsigned long n, const char *code) {
  char *p = mmap(0, n, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  char name[8];
  strcpy(name, code);
  memcpy(p, code, n);
  mprotect(p, n, PROT_READ | PROT_EXEC);
  return p;
}

int main(int argc, char **argv) {
  void *a = shared_index(argc, 4096);
  void *b = arena(4096);
  void *c = seal(4096, argv[0]);
  return a == b || b == c;
}
