/* Believed, and wrong: that nobody stores to a global whose address begins a table at file scope. */
#include <sys/mman.h>
#include <stdlib.h>
static int prot=1;
struct opt { const char*n; int *v; };
static struct opt opts[]={{"prot",&prot}};
int main(int c,char**v){ for(int i=0;i<1;i++) *opts[i].v=atoi(v[1]);
    mmap(0,4096,prot,MAP_PRIVATE|MAP_ANONYMOUS,-1,0); // never: benign
    return 0; }
