/* The function that adds execution is looked up by its name. */
#include <sys/mman.h>

#include <dlfcn.h>
int main(void) {
  void *p = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);  // adversary: unresolved[later-change]
  int (*change)(void *, unsigned long, int) = (int (*)(void *, unsigned long, int))dlsym(RTLD_DEFAULT, "mprotect");
  return change(p, 4096, PROT_READ | PROT_WRITE | PROT_EXEC);  // adversary: violation[write-exec-protect]
}
