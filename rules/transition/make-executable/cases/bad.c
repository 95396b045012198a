/* A file is mapped for reading, checked, and then turned into code. */
#include <stddef.h>
#include <sys/mman.h>

extern int checksum_is_right(const void *data, size_t size);

void *load_checked(int fd, size_t size)
{
    void *text = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0); // ok: make-executable
    if (text == MAP_FAILED)
        return NULL;
    if (!checksum_is_right(text, size) || mprotect(text, size, PROT_READ | PROT_EXEC) != 0) { // expect: make-executable executable
        munmap(text, size);
        return NULL;
    }
    return text;
}

void *load_trusted(int fd, size_t size)
{
    void *text = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (text != MAP_FAILED)
        mprotect(text, size, PROT_EXEC); // expect: make-executable executable
    return text;
}
