/* mmap does not return NULL when it fails. */
#include <stddef.h>
#include <sys/mman.h>

void *buffer(size_t size)
{
    void *data = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); // expect: null-compare warning
    if (!data)
        return NULL;
    return data;
}

int first_byte(int fd)
{
    char *text = mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0); // expect: null-compare warning
    int first = 0;
    if (text != NULL) {
        first = text[0];
        munmap(text, 4096);
    }
    return first;
}
