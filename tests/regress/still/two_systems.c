/* What only a build for Windows and FreeBSD at once would see: the mask has no definition there. */
#include <stddef.h>
#ifndef _WIN32
#include <sys/mman.h>
#define COMMITTED (PROT_READ | PROT_WRITE)
#endif

void *pages(size_t size) {
#if defined(__FreeBSD__)
  return mmap(NULL, size, COMMITTED, MAP_PRIVATE | MAP_ANON, -1, 0); /* still: benign */
#else
  return NULL;
#endif
}
