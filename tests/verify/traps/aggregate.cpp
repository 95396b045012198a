#include <sys/mman.h>
struct Arena {
  int prot = PROT_READ;
  void *map() { return mmap(nullptr, 4096, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); }
};
int main() { Arena a{7}; return a.map() == nullptr; }
