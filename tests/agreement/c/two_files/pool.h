#ifndef POOL_H
#define POOL_H
#include <stddef.h>

#define POOL_READ 0x10
#define POOL_WRITE 0x20

void *pool_map(size_t length, int rights);
int pool_seal(void *area, size_t length);

#endif
