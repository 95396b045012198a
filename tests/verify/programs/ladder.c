/* Constants through macros, a local under #ifdef, a parameter from two callers, a static table of functions. */
#include <sys/mman.h>

#define READ_ONLY PROT_READ
#define DATA (READ_ONLY | PROT_WRITE)
#define PICK(w) ((w) ? DATA : READ_ONLY)

typedef void (*any_function)(void);

static struct call {
  const char *name;
  any_function current;
} calls[] = {
  { "close", (any_function)0 },
#ifdef WITH_MAPS
  { "map", (any_function)mmap },
#else
  { "map", (any_function)0 },
#endif
};
#define os_map ((void *(*)(void *, unsigned long, int, int, int, long))calls[1].current)

static void *from_table(int fd, unsigned long size, int writable) {
  return os_map(0, size, PICK(writable), MAP_SHARED, fd, 0);
}

static void *with_local(int fd, unsigned long size, int mode) {
  int prot = PROT_READ;
#ifdef WRITABLE
  if (mode & 1) prot |= PROT_WRITE;
#endif
  return mmap(0, size, prot, MAP_SHARED, fd, 0);
}

static void *with_parameter(unsigned long size, int prot) {
  return mmap(0, size, prot & ~PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static void *wrapped(unsigned long size, int prot) {
  return mmap(0, size, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

int main(int argc, char **argv) {
  from_table(3, 4096, argc);
  with_local(3, 4096, argc);
  with_parameter(4096, argc);
  wrapped(4096, PROT_NONE);
  wrapped(8192, argc > 1 ? PROT_READ : DATA);
  return argv == 0;
}
