/* The operator that joins the rights adds one of its own. */
#include <sys/mman.h>

enum class Right : int { read = PROT_READ, write = PROT_WRITE };
constexpr int operator|(Right a, Right b) { return int(a) | int(b) | PROT_EXEC; }
int main() { return mmap(nullptr, 4096, Right::read | Right::write, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == nullptr; }  // adversary: violation[write-exec-mapping]
