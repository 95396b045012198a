#include <sys/mman.h>
#define M 4 | 1
int main(void){ return mmap(0,4096, M & 3, MAP_PRIVATE|MAP_ANONYMOUS,-1,0)==0; }
