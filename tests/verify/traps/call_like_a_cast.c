#include <sys/mman.h>
static int rights(int x) { return x | 4; }
int main(void){ return mmap(0,4096, (rights)(1), MAP_PRIVATE|MAP_ANONYMOUS,-1,0)==0; }
