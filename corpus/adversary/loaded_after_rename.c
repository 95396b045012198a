/* A file is written under one name and loaded under another, which it is given in between. */
#include <sys/mman.h>

#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>
#define FINAL "/var/tmp/codec.so"
int main(void) {
  void *p = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);  // adversary: unresolved[other-view]
  int fd = open("/var/tmp/download", O_RDWR | O_CREAT, 0700);
  write(fd, p, 4096);
  rename("/var/tmp/download", FINAL);
  return dlopen(FINAL, RTLD_NOW) == 0;
}
