#include "memory.c"
#include "code.c"
