/* Plain segments of data, and one that is only run. */
#define _GNU_SOURCE
#include <stddef.h>
#include <sys/ipc.h>
#include <sys/shm.h>

void *attach_queue(int id)
{
    return shmat(id, NULL, 0); // ok: shm-exec-attach
}

void *attach_statistics(int id)
{
    return shmat(id, NULL, SHM_RDONLY); // ok: shm-exec-attach
}

void *attach_code(int id)
{
    return shmat(id, NULL, SHM_RDONLY | SHM_EXEC); // ok: shm-exec-attach
}
