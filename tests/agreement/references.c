/* Every way in which code comes to call a mapping function. Function names say which; the tests look for them. */

typedef unsigned long size;
extern void *mmap(void *, size, int, int, int, long);
extern int munmap(void *, size);
extern int mprotect(void *, size, int);

typedef void (*function)(void);
struct entry {
    const char *name;
    function current, original;
};
static struct entry table[] = {
    {"open", (function)munmap, 0},
    {"mmap", (function)mmap, 0},
    {"close", (function)munmap, 0},
};

void overwrite(int index, function with) { table[index].current = with; }

__attribute__((noinline)) void *through_table(int fd) {
    char *region = ((void *(*)(void *, size, int, int, int, long))table[1].current)(0, 4096, 3, 1, fd, 0);
    return region + 1;
}

__attribute__((noinline)) int direct(int fd, int readonly) {
    void *region = mmap(0, 4096, readonly ? 1 : 3, 1, fd, 0);
    return mprotect(region, 4096, 1) + 1;
}

__attribute__((noinline)) int tail(void *region, size length) { return mprotect(region, length, 1); }

static __attribute__((noinline)) void *wrapper(int prot) { return (char *)mmap(0, 4096, prot, 2, -1, 0) + 8; }
void *first_caller(void) { return (char *)wrapper(3) + 1; }
void *second_caller(void) { return (char *)wrapper(1) + 2; }

void *address_taken(void) { return (void *)mmap; }

int untouched(int value) { return value * 3 + 1; }
