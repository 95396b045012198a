/* The function that adds execution is looked up by a name that is put together at run time. */
#include <sys/mman.h>

#include <dlfcn.h>
#include <string.h>
int main(void) {
  void *p = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);  // adversary: unresolved[later-change]
  char name[16] = "mpro";
  strcat(name, "tect");
  return ((int (*)(void *, unsigned long, int))dlsym(RTLD_DEFAULT, name))(p, 4096, PROT_READ | PROT_WRITE | PROT_EXEC);
}
