/* Believed, and wrong: that a macro keeps its last definition when _Pragma restores one before. */
#include <sys/mman.h>
#define P 5
_Pragma("push_macro(\"P\")")
#undef P
#define P 1
_Pragma("pop_macro(\"P\")")
int main(int argc,char**argv){ 
    mmap(0,4096,P,MAP_PRIVATE|MAP_ANONYMOUS,-1,0); // never: benign
    return 0; }
