/* Believed, and wrong: that an explicit specialization does not replace its template. */
#include <sys/mman.h>
template<class T> int pick(T){ return 1; } template<> int pick<int>(int){ return 5; }
int main(){ 
    mmap(0,4096,pick(1),MAP_PRIVATE|MAP_ANONYMOUS,-1,0); // never: benign
    return 0; }
