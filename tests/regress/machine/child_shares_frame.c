/* Believed {r--}: the child of vfork() stores into its parent's frame. */
#include <unistd.h>
#include <sys/mman.h>
void *f(int n){ volatile int prot=1; if(vfork()==0){ prot=7; _exit(0);} return mmap(0,4096,prot,MAP_PRIVATE|MAP_ANONYMOUS,-1,0);}
int main(int c,char**v){ return f(c)==0; }
