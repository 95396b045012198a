/* The includer's macro stands before a name that the included file would find elsewhere. */
static int more(void) { return 7; }
#define asked more
#include "memory.h"
void *run(void) { return take(4); }
