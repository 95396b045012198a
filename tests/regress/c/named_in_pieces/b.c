#include <sys/mman.h>
#define JOIN(a,b) a##b
void seal(void *p, unsigned long n) { JOIN(mprot, ect)(p, n, PROT_READ|PROT_EXEC); }
