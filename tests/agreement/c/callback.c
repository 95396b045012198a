// A callback with its data behind a void pointer.
// exact: no a member read through a void pointer is what any object of the program holds in it, zero included
#include <stddef.h>
#include <sys/mman.h>

struct request {
    size_t length;
    int prot;
};

static int apply(void *area, void *data) {
    struct request *request = data;
    return mprotect(area, request->length, request->prot);
}

static int each(void *areas[], int count, int (*visit)(void *, void *), void *data) {
    for (int i = 0; i < count; i++)
        if (visit(areas[i], data))
            return 1;
    return 0;
}

int main(void) {
    void *areas[] = {mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)};
    struct request request = {4096, PROT_READ};
    return each(areas, 1, apply, &request);
}
