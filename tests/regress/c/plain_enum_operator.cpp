/* Believed, and wrong: that | of an enumeration is the built-in one. */
#include <sys/mman.h>
enum Access { Read=1, Write=2, Exec=4 };
inline Access operator|(Access a, Access b){ return Access(int(a)+int(b)+1); }
int main(){ 
    mmap(0,4096,Read|Write,MAP_PRIVATE|MAP_ANONYMOUS,-1,0);
    mmap(0,4096,Access(1)|Access(3),MAP_PRIVATE|MAP_ANONYMOUS,-1,0); // never: benign
    Access a=Read; Access b=Write; b = b|b;
    mmap(0,4096,b,MAP_PRIVATE|MAP_ANONYMOUS,-1,0); // never: benign
    return 0; }
