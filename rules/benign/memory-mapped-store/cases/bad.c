/* The two mappings of an LMDB environment, as mdb.c makes them. */
#include <stddef.h>
#include <sys/mman.h>

#define MDB_WRITEMAP 0x80000

typedef struct {
    int me_fd, me_lfd;
    unsigned me_flags;
    size_t me_mapsize;
    char *me_map;
    void *me_txns;
} MDB_env;

int mdb_env_map(MDB_env *env, void *addr)
{
    int prot = PROT_READ;
    if (env->me_flags & MDB_WRITEMAP)
        prot |= PROT_WRITE;
    env->me_map = mmap(addr, env->me_mapsize, prot, MAP_SHARED, env->me_fd, 0); // expect: memory-mapped-store benign
    return env->me_map == MAP_FAILED;
}

int mdb_env_setup_locks(MDB_env *env, size_t size)
{
    env->me_txns = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, env->me_lfd, 0); // expect: memory-mapped-store benign
    return env->me_txns == MAP_FAILED;
}
