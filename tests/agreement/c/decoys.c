// Text that looks like calls but is none: comments, strings, characters, members, labels, declarations, sizeof.
#include <stddef.h>
#include <stdio.h>
#include <sys/mman.h>

/* mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE, -1, 0); */
// mprotect(area, 4096, PROT_EXEC);
static const char *text = "mmap(NULL, 4096, PROT_EXEC, 0, -1, 0) \" mprotect(a, b, 7)";
static const char *more = "/*" "mmap(0,0,7,0,0,0)" "*/";

struct named {
    int mmap, mprotect;
    int (*call_mprotect)(int);
};

static int three(int value) {
    return value + 3;
}

static int mmap_size(int mmap) {
    return mmap + 1;
}

#define NAME(x) #x
#define UNUSED_MACRO(a) mprotect_all(a, PROT_EXEC)

int main(void) {
    struct named named = {.mmap = 1, .mprotect = '(', .call_mprotect = three};
    char quote = '"';
    (void)sizeof(mmap(NULL, 4096, PROT_WRITE | PROT_EXEC, 0, -1, 0));
    puts(NAME(mprotect(0, 0, PROT_EXEC)));
    named.mmap += named.mprotect + mmap_size(named.mmap) + named.call_mprotect(4) + quote;
    puts(text);
    puts(more);
    return mprotect(NULL, 0, PROT_READ) + (named.mmap == 0);
}
