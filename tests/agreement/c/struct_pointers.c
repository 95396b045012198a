// Members set and read through pointers, pointers to members, and a struct inside a struct.
#include <stddef.h>
#include <sys/mman.h>

struct inner {
    int prot;
};

struct outer {
    struct inner data;
    struct inner *text;
};

static void open_up(struct inner *inner) {
    inner->prot |= PROT_READ;
}

int main(void) {
    struct inner text = {.prot = PROT_EXEC};
    struct outer outer;
    int *direct = &outer.data.prot;
    outer.text = &text;
    *direct = PROT_WRITE;
    open_up(&outer.data);
    open_up(outer.text);
    mmap(NULL, 4096, outer.data.prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mmap(NULL, 4096, (*outer.text).prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return 0;
}
