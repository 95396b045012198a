#define note(x) ((x) |= PROT_EXEC)
#include "memory.h"
void *run(void) { return take(4); }
