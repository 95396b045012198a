#include <sys/mman.h>
#define ORX 1 ? 3 : 1) | (4
int main(void){ return mmap(0,4096, (ORX), MAP_PRIVATE|MAP_ANONYMOUS,-1,0)==0; }
