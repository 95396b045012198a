/* SQLite's names, comments and strings around memory that is writable and executable. */
#include <sys/mman.h>

typedef struct unixShm { int hShm; int isReadonly; } unixShm;
#define osMmap mmap
static int unixShmMap(unixShm *pShmNode, unsigned long nMap, void volatile **pp) {
  /* wal-index; see https://sqlite.org/walformat.html */
  *pp = osMmap(0, nMap, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_SHARED, pShmNode->hShm, 0);  // adversary: violation[write-exec-mapping]
  return *pp == MAP_FAILED ? 10 : 0; /* SQLITE_IOERR */
}
int main(int argc, char **argv) { unixShm s = {3, argc}; void volatile *p; return unixShmMap(&s, 32768, &p) + !argv; }
