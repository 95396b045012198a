/* Believed, and wrong: that getopt_long() does not store through the flag of its option table. */
#include <sys/mman.h>
#include <getopt.h>
static int prot=1;
static struct option o[]={{"x",0,&prot,5},{0,0,0,0}};
int main(int c,char**v) { getopt_long(c,v,"",o,0);
    mmap(0,4096,prot,MAP_PRIVATE|MAP_ANONYMOUS,-1,0); // never: benign
    return 0; }
