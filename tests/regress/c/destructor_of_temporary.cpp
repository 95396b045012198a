// Believed, and wrong: that an object without a name has no end.
#include <sys/mman.h>
struct Last {
    int &rights;
    Last(int &given) : rights(given) {}
    ~Last() { rights = PROT_READ | PROT_WRITE | PROT_EXEC; }
};
Last made(int &rights) { return Last(rights); }
void taken(Last) {}
void *make(unsigned long n) {
    int rights = PROT_READ;
    Last{rights};
    return mmap(0, n, rights, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);  // never: benign
}
void *returned(unsigned long n) {
    int rights = PROT_READ;
    made(rights);
    return mmap(0, n, rights, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);  // never: benign
}
void *passed(unsigned long n) {
    int rights = PROT_READ;
    taken(rights);
    return mmap(0, n, rights, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);  // never: benign
}
