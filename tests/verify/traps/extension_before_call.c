#include <sys/mman.h>
int main(void){ void *p = mmap(0,4096, 1, MAP_PRIVATE|MAP_ANONYMOUS,-1,0); int prot = 7, n=4096; __extension__ mprotect(p, n, prot); return 0; }
