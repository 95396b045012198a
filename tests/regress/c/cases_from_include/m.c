/* Believed, and wrong: that an included file adds no case to a switch. */
#include <sys/mman.h>
int main(int argc,char**argv){ int prot=1; switch(argc){
#include "cases.def"
default: break; }
    mmap(0,4096,prot,MAP_PRIVATE|MAP_ANONYMOUS,-1,0); // never: benign
    return 0; }
