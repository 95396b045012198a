/* Nothing here runs what it maps. */
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>

int count(int fd, size_t size)
{
    int lines = 0;
    char *text = mmap(NULL, size, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0); // expect: unneeded-exec warning
    if (text == MAP_FAILED)
        return -1;
    for (size_t i = 0; i < size; i++)
        lines += text[i] == '\n';
    munmap(text, size);
    return lines;
}

int checksum(const void *data, size_t size)
{
    unsigned char *copy = mmap(NULL, size, PROT_READ | PROT_WRITE | PROT_EXEC, // expect: unneeded-exec warning
                               MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (copy == MAP_FAILED)
        return -1;
    memcpy(copy, data, size);
    int sum = copy[0] ^ copy[size - 1];
    munmap(copy, size);
    return sum;
}
