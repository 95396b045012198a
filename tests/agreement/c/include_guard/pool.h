#if !defined(POOL_H)
#define POOL_H 1
#include "rights.h"
#define POOL_RIGHTS (READ_RIGHT | WRITE_RIGHT)
#endif
