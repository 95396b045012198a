/* Labels whose addresses are handed out: control may come to them from anywhere. */
#include <sys/mman.h>
struct op { void *h; };
void *f(struct op *ip, struct op *fill){ int prot=1;
 if(fill){ fill[0].h=&&x; fill[1].h=&&m; return 0; }
 goto *ip->h;
 x: prot=7; ip++; goto *ip->h;
 m: return mmap(0,4096,prot,MAP_PRIVATE|MAP_ANONYMOUS,-1,0);}
void *f2(struct op *ip, struct op *fill,int n){ int prot=1;
 if(fill){ fill[0].h=&&x; return 0; }
 if(n) goto *ip->h;
 goto m;
 x: prot=7; 
 m: return mmap(0,4096,prot,MAP_PRIVATE|MAP_ANONYMOUS,-1,0);}
int main(int c,char**v){ struct op p[2]; f(0,p); f(p,0); f2(0,p,0); f2(p,0,c); return 0; }
