/* Believed, and wrong: that pages committed inside a reserve do not become executable with the reserve. */
#include <sys/mman.h>
static char *base;
static int commit(unsigned long off, unsigned long n){ 
    return mmap(base+off,n,PROT_READ|PROT_WRITE,MAP_PRIVATE|MAP_ANON|MAP_FIXED,-1,0)!=(void*)-1; } // never: benign
static void seal(void){ mprotect(base,1<<20,PROT_READ|PROT_EXEC); } // never: benign
int main(void){ base=mmap(0,1<<20,PROT_NONE,MAP_PRIVATE|MAP_ANON,-1,0); // never: benign
    commit(4096,4096); seal(); return 0; }
