/* What the memory holds is written to a file by a function that is given the name, then loaded by another one. */
#include <sys/mman.h>

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
static void keep(const char *name, const void *code) {
  FILE *f = fopen(name, "wb");
  fwrite(code, 1, 4096, f);
  fclose(f);
}
static void *use(const char *name) { return dlopen(name, RTLD_NOW); }
int main(int argc, char **argv) {
  void *p = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);  // adversary: unresolved[other-view]
  char *name = malloc(64);
  snprintf(name, 64, "%s/plugin.so", argv[argc - 1]);
  fread(p, 1, 4096, stdin);
  keep(name, p);
  return use(name) == 0;
}
