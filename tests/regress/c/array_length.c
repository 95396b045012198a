/* Believed, and wrong: that the length of a local array has no effects. */
#include <sys/mman.h>
int main(int c,char**v){ int k=1; int a[(k=5)]; a[0]=0; int s=sizeof(int[k++]);
    mmap(0,4096,k-1,MAP_PRIVATE|MAP_ANONYMOUS,-1,0); // never: benign
    return s; }
