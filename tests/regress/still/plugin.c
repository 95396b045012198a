/* Plugins are loaded, and other files are made: nothing says that they are the same. */
#include <sys/mman.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
void *plugin(const char *name) {
  char path[256];
  snprintf(path, sizeof path, "/usr/lib/app/%s.so", name);
  return dlopen(path, RTLD_NOW);
}
void *cache(const char *name, unsigned long size) {
  int fd = open(name, O_RDWR | O_CREAT, 0600);
  return mmap(0, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0); /* still: benign */
}
void *own(void) {
  FILE *f = fopen("/proc/self/maps", "r");
  FILE *g = fopen("/proc/meminfo", "r");
  __asm__(".pushsection .note.GNU-stack,\"\",@progbits\n.popsection");
  return mmap(0, f != g, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); /* still: benign */
}
