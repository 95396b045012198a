/* System V shared memory with SHM_EXEC. */
#include <sys/shm.h>
int main(void) { return shmat(shmget(1, 4096, 0600), 0, SHM_EXEC) == 0; }  // adversary: violation[shm-exec-attach]
