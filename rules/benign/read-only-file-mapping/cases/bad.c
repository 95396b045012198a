/* Files mapped to be read, privately and shared. */
#include <fcntl.h>
#include <stddef.h>
#include <sys/mman.h>
#include <unistd.h>

const char *open_dictionary(const char *path, size_t size)
{
    int fd = open(path, O_RDONLY);
    void *words;
    if (fd < 0)
        return NULL;
    words = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0); // expect: read-only-descriptor benign
    close(fd);
    return words == MAP_FAILED ? NULL : words;
}

void *watch_counters(int fd)
{
    return mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0); // expect: read-only-file-mapping benign
}

const char *view_dictionary(int fd, size_t size)
{
    void *words = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0); // expect: read-only-file-mapping benign
    return words == MAP_FAILED ? NULL : words;
}
