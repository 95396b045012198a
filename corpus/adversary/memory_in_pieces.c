/* The name of the process's memory stands in two macros and a format, and the file is opened by a function pointer. */
#include <sys/mman.h>

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>
#define SELF "/pro" \
  "c/self"
static int victim(void) { return 1; }
static int (*const begin)(const char *, int, ...) = open;
int main(void) {
  void *p = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);  // adversary: unresolved[platform]
  char name[32];
  snprintf(name, sizeof name, "%s/%s", SELF, "mem");
  pwrite(begin(name, O_WRONLY), p, 16, (long)victim);
  return victim();
}
