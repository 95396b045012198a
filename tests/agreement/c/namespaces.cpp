// The same names in several namespaces, nested, anonymous, aliased and imported.
#include <cstddef>
#include <sys/mman.h>

namespace pool {
constexpr int rights = PROT_READ;
namespace detail {
inline void *map(int prot) {
    return mmap(nullptr, 4096, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}
} // namespace detail
void *map() {
    return detail::map(rights);
}
} // namespace pool

namespace code {
const int rights = PROT_READ | PROT_EXEC;
void *map() {
    return ::mmap(nullptr, 4096, rights, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}
} // namespace code

namespace {
int change(int prot) {
    return ::mprotect(nullptr, 0, prot);
}
} // namespace

namespace short_name = pool::detail;

int main() {
    using namespace pool;
    map();
    code::map();
    short_name::map(PROT_NONE);
    return change(code::rights & ~PROT_EXEC);
}
