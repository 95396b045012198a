/* SQLite's own marks and nothing of its names: the shape of os_unix.c 3.40, reduced to what maps memory. Own code.
   WAL_INDEX_EXTRA is what the wal-index mapping asks for besides. */
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#ifndef WAL_INDEX_EXTRA
#define WAL_INDEX_EXTRA 0
#endif

typedef void (*any_function)(void);
struct entry { const char *name; any_function current; any_function standard; };
static struct entry table[] = {
  {"open", (any_function)open, 0}, {"close", (any_function)close, 0}, {"access", (any_function)access, 0},
  {"getcwd", (any_function)getcwd, 0}, {"stat", (any_function)stat, 0}, {"fstat", (any_function)fstat, 0},
  {"ftruncate", (any_function)ftruncate, 0}, {"fcntl", (any_function)fcntl, 0}, {"read", (any_function)read, 0},
  {"mmap", (any_function)mmap, 0}, {"munmap", (any_function)munmap, 0}, {"mremap", (any_function)mremap, 0},
};
#define os_map ((void *(*)(void *, size_t, int, int, int, off_t))table[9].current)
#define os_unmap ((int (*)(void *, size_t))table[10].current)
#define os_remap ((void *(*)(void *, size_t, size_t, int))table[11].current)

struct file { const void *methods; void *region; long size; long limit; int fd; char readonly; };
int replace(const char *name, any_function other) {
  for (unsigned i = 0; i < sizeof table / sizeof *table; i++)
    if (!strcmp(table[i].name, name)) { table[i].current = other; return 0; }
  return 1;
}

#define METHOD(name) static __attribute__((noinline)) int name(struct file *f, long a) { f->size += a + __LINE__; return f->fd; }
METHOD(m1)
METHOD(m2)
METHOD(m3)
METHOD(m4)
METHOD(m5)
METHOD(m6)
METHOD(m7)
METHOD(m8)
METHOD(m9)
METHOD(m10)
METHOD(m11)
METHOD(m12)
METHOD(other_close)

static int map_index(struct file *f, int page, int size, int extend, void volatile **out) {
  void *p = os_map(0, (size_t)size, (f->readonly ? PROT_READ : PROT_READ | PROT_WRITE) | WAL_INDEX_EXTRA, MAP_SHARED,
                   f->fd, (off_t)page * size);
  (void)extend;
  if (p == MAP_FAILED) return 1;
  *out = p;
  return 0;
}
static __attribute__((noinline)) void grow(struct file *f, long wanted) {
  void *p = 0;
  if (f->region) p = os_remap(f->region, (size_t)f->size, (size_t)wanted, MREMAP_MAYMOVE);
  if (!p) p = os_map(0, (size_t)wanted, PROT_READ, MAP_SHARED, f->fd, 0);
  f->region = p == MAP_FAILED ? 0 : p;
}
static int fetch(struct file *f, long offset, int amount, void **out) {
  if (f->limit > 0 && !f->region) grow(f, f->limit);
  *out = f->region && offset + amount <= f->size ? (char *)f->region + offset : 0;
  return 0;
}
static int unfetch(struct file *f, long offset, void *p) { return p ? 0 : os_unmap(f->region, (size_t)offset); }

struct methods { int version; void *functions[18]; };
const struct methods plain = {3, {m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, map_index, m7, m8, m9, fetch, unfetch}};
const struct methods nolock = {3, {other_close, m2, m3, m4, m5, m6, m9, m9, m9, m10, m11, m12, 0, 0, 0, 0, fetch, unfetch}};

const char *const texts[] = {
  "SQLite format 3", "recovered %d frames from WAL file %s", "%s-shm", "etilqs_",
  "2022-12-28 14:03:47 df5c253c0b3dd24916e4ec7cf77d3db5294cc9fd45ae7b9c5e82ad8197f3alt1",
  "COMPILER=none", "DEFAULT_AUTOVACUUM", "THREADSAFE=1",
};
const char version[] = "3.40.1";
