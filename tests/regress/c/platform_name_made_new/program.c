#include <sys/mman.h>
#undef PROT_WRITE
#define PROT_WRITE (PROT_EXEC | 2)
#include "allocator.c"
