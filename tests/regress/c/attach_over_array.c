/* Believed, and wrong: that shmat() at an address makes memory that nobody else has an address of. */
#include <sys/shm.h>
#include <sys/mman.h>
static char arena[65536] __attribute__((aligned(4096)));
int main(void){ int id=shmget(IPC_PRIVATE,4096,IPC_CREAT|0700);
    shmat(id,arena,SHM_REMAP); // never: benign
    mprotect(arena,4096,PROT_READ|PROT_EXEC); // never: benign
    return 0; }
