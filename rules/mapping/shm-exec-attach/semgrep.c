#include <sys/shm.h>

void *executable(int id)
{
    // ruleid: shm-exec-attach
    return shmat(id, 0, SHM_EXEC);
}

void *read_only(int id)
{
    // ok: shm-exec-attach
    return shmat(id, 0, SHM_EXEC | SHM_RDONLY);
}

void *data(int id)
{
    // ok: shm-exec-attach
    return shmat(id, 0, 0);
}
