/* Believed, and wrong: that |= of an enumeration is the built-in one. */
#include <sys/mman.h>
enum class Access { Read=1, Write=2, Exec=4 };
inline Access& operator|=(Access& a, Access b){ a = Access(int(a)|int(b)|4); return a; }
int main(){ Access a=Access::Read; a |= Access::Write;
    mmap(0,4096,static_cast<int>(a),MAP_PRIVATE|MAP_ANONYMOUS,-1,0); // never: benign
    return 0; }
