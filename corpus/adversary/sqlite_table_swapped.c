/* SQLite's table of system calls, filled in again with a function that adds execution to what it maps. */
#include <sys/mman.h>

typedef void (*sqlite3_syscall_ptr)(void);
static void *mapped(void *a, unsigned long n, int p, int f, int d, long o) {
  return mmap(a, n, p | PROT_EXEC, f, d, o);  // adversary: violation[write-exec-mapping]
}
static struct unix_syscall { const char *zName; sqlite3_syscall_ptr pCurrent; } aSyscall[] = {
  { "mmap", (sqlite3_syscall_ptr)mmap },
};
#define osMmap ((void *(*)(void *, unsigned long, int, int, int, long))aSyscall[0].pCurrent)
int main(int argc, char **argv) {
  aSyscall[0].pCurrent = (sqlite3_syscall_ptr)mapped;
  return osMmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, 3, 0) == argv[0];
}
