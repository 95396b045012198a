#include <sys/mman.h>
#define X 0, 4096
int main(void){ return mmap(X, 7, 0x22, -1, 0)==0; }
