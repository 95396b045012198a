// System V segments: attached read-write, read-only, and with execute.
// arguments: | 1
#include <stddef.h>
#include <sys/ipc.h>
#include <sys/shm.h>

#ifndef SHM_EXEC
#define SHM_EXEC 0100000
#endif

int main(int argc, char **argv) {
    int id = 7;
    (void)argv;
    shmat(id, NULL, 0);
    shmat(id, NULL, SHM_RDONLY);
    shmat(id, NULL, argc > 1 ? SHM_RND : SHM_RDONLY | SHM_RND);
    shmat(id, NULL, SHM_RDONLY | SHM_EXEC);
    return 0;
}
