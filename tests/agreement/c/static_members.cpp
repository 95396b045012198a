// Singletons, static members changed by methods, and new.
// configurations: WRITABLE
// exact: no a static member is also taken for the zero that it is before its initializer
#include <cstddef>
#include <sys/mman.h>

class Settings {
public:
    static int prot;
    static Settings &get() {
        static Settings settings;
        return settings;
    }
    int flags = MAP_PRIVATE | MAP_ANONYMOUS;
};

#ifdef WRITABLE
int Settings::prot = PROT_READ | PROT_WRITE;
#else
int Settings::prot = PROT_READ;
#endif

int main() {
    auto *owned = new Settings();
    mmap(nullptr, 4096, Settings::prot, Settings::get().flags, -1, 0);
    mmap(nullptr, 4096, owned->prot & PROT_READ, owned->flags, -1, 0);
    delete owned;
    return 0;
}
