/* Writable and executable only where a build asks for it: the finding bears the condition. */
#include <stddef.h>
#include <sys/mman.h>

#ifdef FORCE_RWX
#define JIT_EXTRA PROT_EXEC
#else
#define JIT_EXTRA 0
#endif

void *jit_arena(size_t size)
{
    return mmap(NULL, size, PROT_READ | PROT_WRITE | JIT_EXTRA, // expect: write-exec-mapping violation
                MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

void *log_arena(size_t size)
{
    return mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); // ok: write-exec-mapping
}
