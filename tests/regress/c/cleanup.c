/* Believed, and wrong: that leaving a block runs nothing in C. */
#include <sys/mman.h>
static int prot=1;
static void up(int *x){ prot=5; }
static void upx(int **x){ **x=5; }
int main(int c,char**v){ int k=1; { int z __attribute__((cleanup(up)))=0; int *w __attribute__((cleanup(upx)))=&k; (void)z; }
    mmap(0,4096,prot,MAP_PRIVATE|MAP_ANONYMOUS,-1,0); // never: benign
    mmap(0,4096,k,MAP_PRIVATE|MAP_ANONYMOUS,-1,0); // never: benign
    return 0; }
