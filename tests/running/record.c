/* Stands before the C library in a program that runs: writes down which call asked for which protection, and lets the
 * kernel answer. A line is: the module's path, the return address as the module's file numbers it, the protection. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <unistd.h>

#define WHO __builtin_extract_return_addr(__builtin_return_address(0))
#define KNOWN 8192

static struct { void *who; long prot; } known[KNOWN];

static int is_new(void *who, long prot) {
  unsigned long at = ((unsigned long)who * 31 + (unsigned long)prot) % KNOWN;
  for (unsigned i = 0; i < KNOWN; i++, at = (at + 1) % KNOWN) {
    if (known[at].who == who && known[at].prot == prot) return 0;
    if (!known[at].who) { known[at].prot = prot; known[at].who = who; return 1; }
  }
  return 0;
}

static void record(void *who, const char *name, long prot) {
  int kept = errno;
  const char *path = getenv("MAPPROOF_RECORD");
  Dl_info info;
  struct link_map *map = 0;
  if (path && is_new(who, prot)) {
    char line[4300], self[4096] = "";
    if (dladdr1(who, &info, (void **)&map, RTLD_DL_LINKMAP) && map) {
      const char *module = map->l_name;
      if (!*module) {
        long got = readlink("/proc/self/exe", self, sizeof self - 1);
        self[got < 0 ? 0 : got] = 0;
        module = self;
      }
      int size = snprintf(line, sizeof line, "%s\t%#lx\t%s\t%ld\n", module, (unsigned long)who - map->l_addr, name, prot);
      int file = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
      if (file >= 0) {
        if (write(file, line, (size_t)size) != size) abort();
        close(file);
      }
    }
  }
  errno = kept;
}

void *mmap(void *at, size_t length, int prot, int flags, int fd, off_t offset) {
  record(WHO, "mmap", prot);
  return (void *)syscall(SYS_mmap, at, length, prot, flags, fd, offset);
}
void *mmap64(void *at, size_t length, int prot, int flags, int fd, __off64_t offset) {
  record(WHO, "mmap", prot);
  return (void *)syscall(SYS_mmap, at, length, prot, flags, fd, offset);
}
int mprotect(void *at, size_t length, int prot) {
  record(WHO, "mprotect", prot);
  return (int)syscall(SYS_mprotect, at, length, prot);
}
int pkey_mprotect(void *at, size_t length, int prot, int key) {
  record(WHO, "pkey_mprotect", prot);
  return (int)syscall(SYS_pkey_mprotect, at, length, prot, key);
}
void *shmat(int id, const void *at, int flags) {
  record(WHO, "shmat", (flags & SHM_RDONLY ? 1 : 3) | (flags & SHM_EXEC ? 4 : 0));
  return (void *)syscall(SYS_shmat, id, at, flags);
}
