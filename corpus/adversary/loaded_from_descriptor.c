/* A memfd that is mapped for writing is loaded by the name that every open file has. */
#include <sys/mman.h>

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>
extern const char image[];
int main(void) {
  int fd = memfd_create("data", 0);
  char *p = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);  // adversary: unresolved[other-view]
  memcpy(p, image, 4096);
  char name[32];
  sprintf(name, "/dev/fd/%d", fd);
  return dlopen(name, RTLD_NOW) == 0;
}
