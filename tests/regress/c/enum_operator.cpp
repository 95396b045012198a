/* Believed, and wrong: that | of a scoped enumeration is the built-in one. */
#include <sys/mman.h>
enum class P : int { R=1, W=2, X=4 };
constexpr P operator|(P a,P b){ return P(int(a)|int(b)|4); }
int main(){ 
    mmap(0,4096,int(P::R|P::W),MAP_PRIVATE|MAP_ANONYMOUS,-1,0); // never: benign
    return 0; }
