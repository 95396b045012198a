/* Believed, and wrong: that a pointer stays in its object whatever is added to it. */
#include <sys/mman.h>
static char data[4096] __attribute__((aligned(4096)));
int main(int c,char**v){ char *p=mmap(0,4096,PROT_READ|PROT_WRITE,MAP_PRIVATE|MAP_ANONYMOUS,-1,0); // never: benign
    long d=p-data; 
    mprotect(data+d,4096,PROT_READ|PROT_EXEC); // never: benign
    return 0; }
