/* The mask is copied as bytes from a table of strings. */
#include <sys/mman.h>

#include <string.h>
static const char words[] = "\007\0\0\0";
int main(void) {
  int prot = PROT_READ;
  memcpy(&prot, words, sizeof prot);
  return mmap(0, 4096, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == 0;  // adversary: unresolved[unknown-call]
}
