#ifndef RIGHTS_H
#define RIGHTS_H
#include "pool.h"
#define READ_RIGHT 1
#define TEXT_RIGHTS (READ_RIGHT | 4)
#ifdef WRITABLE
#define WRITE_RIGHT 2
#else
#define WRITE_RIGHT 0
#endif
#endif /* RIGHTS_H */
