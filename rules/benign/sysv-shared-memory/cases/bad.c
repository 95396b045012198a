/* Buffers that processes share. */
#include <stddef.h>
#include <sys/ipc.h>
#include <sys/shm.h>

void *attach(int id)
{
    return shmat(id, NULL, 0); // expect: sysv-shared-memory benign
}

void *attach_reader(int id, int writer)
{
    return shmat(id, NULL, writer ? 0 : SHM_RDONLY); // expect: sysv-shared-memory benign
}
