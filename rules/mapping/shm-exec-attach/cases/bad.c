/* SHM_EXEC without SHM_RDONLY: readable, writable and executable, with none of these words at the call. */
#define _GNU_SOURCE
#include <stddef.h>
#include <sys/ipc.h>
#include <sys/shm.h>

void *attach_plugin(int id)
{
    return shmat(id, NULL, SHM_EXEC); // expect: shm-exec-attach violation
}

void *attach_plugin_near(int id, void *hint, int readonly)
{
    int flags = SHM_EXEC | SHM_RND;
    if (readonly)
        flags |= SHM_RDONLY;
    return shmat(id, hint, flags); // expect: shm-exec-attach violation
}
