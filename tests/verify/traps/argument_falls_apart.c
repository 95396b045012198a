#include <sys/mman.h>
#define IN(q) mmap(0,4096, q & 3, MAP_PRIVATE|MAP_ANONYMOUS,-1,0)
#define OUT(p) IN(p)
int main(void){ return OUT(4|1)==0; }
