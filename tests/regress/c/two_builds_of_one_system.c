/* `__linux__` and `__ANDROID__` are both defined on Android: that is one system, and the mask is not known there. */
#include <stddef.h>
#ifndef __ANDROID__
#include <sys/mman.h>
#define COMMITTED (PROT_READ | PROT_WRITE)
#endif

void *pages(size_t size) {
#if defined(__linux__)
  return mmap(NULL, size, COMMITTED, MAP_PRIVATE | MAP_ANON, -1, 0); /* never: benign */
#else
  return NULL;
#endif
}
