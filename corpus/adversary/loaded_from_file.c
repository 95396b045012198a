/* What was written to a shared mapping of a file is loaded as a library. */
#include <sys/mman.h>

#include <dlfcn.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
extern const char image[];
int main(void) {
  int fd = open("./data.so", O_RDWR | O_CREAT, 0700);
  ftruncate(fd, 4096);
  char *p = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);  // adversary: unresolved[other-view]
  memcpy(p, image, 4096);
  return dlopen("./data.so", RTLD_NOW) == 0;
}
