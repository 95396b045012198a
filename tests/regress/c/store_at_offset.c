/* Believed, and wrong: that a store at a computed offset into a global leaves its members alone. */
#include <sys/mman.h>
#include <stddef.h>
struct s { int a; int prot; };
static struct s g={0,1};
int main(){ *(int*)((char*)&g+offsetof(struct s,prot))=5;
    mmap(0,4096,g.prot,MAP_PRIVATE|MAP_ANONYMOUS,-1,0); // never: benign
    return 0; }
