/* A queue between processes, a file that is edited in place, a segment of System V. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <unistd.h>

void *open_queue(const char *name, size_t size)
{
    int fd = shm_open(name, O_RDWR | O_CREAT, 0600);
    if (fd < 0 || ftruncate(fd, (off_t)size) != 0)
        return NULL;
    return mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0); // expect: posix-shared-memory benign
}

void *edit_in_place(int fd, size_t size)
{
    return mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0); // expect: shared-data-memory benign
}

void *attach_scoreboard(int id)
{
    return shmat(id, NULL, 0); // expect: sysv-shared-memory benign
}

void *own_pages(size_t size)
{
    return mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); // ok: shared-data-memory
}

void *join_queue(int queue, size_t size)
{
    return mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, queue, 0); // expect: shared-data-memory benign
}
