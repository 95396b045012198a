/* Believed, and wrong: that an included file whose suffix is not one of source files holds no function. */
#include <sys/mman.h>
static int prot=1;
#include "stores.def"
int main(int argc,char**argv){ tweak();
    mmap(0,4096,prot,MAP_PRIVATE|MAP_ANONYMOUS,-1,0); // never: benign
    return 0; }
