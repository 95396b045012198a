/* What every case is made of. An ENTRY is called with each pair of the driver's inputs; what it asks the kernel for
 * is recorded. Its helpers stand beside it. */
#ifndef CASE_H
#define CASE_H
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <dlfcn.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__clang__)
#define APART __attribute__((noinline))
#else
#define APART __attribute__((noinline, noclone))
#endif
#define ENTRY(name) APART long name(long a, long b)

#define PAGE 4096
#define PRIVATE (MAP_PRIVATE | MAP_ANONYMOUS)

#define R PROT_READ
#define W PROT_WRITE
#define X PROT_EXEC

/* Keeps a result alive without a tail call. */
extern void *volatile sink;
/* A page that the mprotect calls are about. */
extern char *volatile page;
/* Looks at nothing and may change anything that it can reach. */
extern APART long outside(long word);

static inline void keep(void *result) { sink = result; }
#define map(prot) (sink = mmap(0, PAGE, prot, PRIVATE, -1, 0))
#define protect(prot) (sink = (void *)(long)mprotect(page, PAGE, prot))
#endif
