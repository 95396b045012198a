/* The protection, or the callee, comes from another function. */
#include "case.h"

static APART void *wrapper(size_t length, int prot) { return mmap(0, length, prot, PRIVATE, -1, 0); }
ENTRY(wrapper_read) { keep(wrapper(PAGE, R)); return 0; }
ENTRY(wrapper_write) { keep(wrapper(2 * PAGE, R | W)); return 0; }
ENTRY(wrapper_chooses) { keep(wrapper(PAGE, a & 1 ? R | W : R)); return 0; }

static APART void *inner(int prot) { void *got = mmap(0, PAGE, prot, PRIVATE, -1, 0); outside(3); return got; }
static APART void *outer(int prot, long more) { outside(more); return inner(prot | R); }
ENTRY(two_levels_read) { keep(outer(PROT_NONE, a)); return 0; }
ENTRY(two_levels_write) { keep(outer(W, b)); return 0; }

static APART void *third(int prot) { void *got = mmap(0, PAGE, prot, PRIVATE, -1, 0); outside(4); return got; }
static APART void *second(int write) { void *got = third(write ? R | W : R); outside(5); return got; }
static APART void *first(long mode) { void *got = second(mode > 1); outside(6); return got; }
ENTRY(three_levels) { keep(first(a)); return 0; }
ENTRY(three_levels_never) { keep(first(1)); return 0; }

static APART void *by_boolean(_Bool writable) { return mmap(0, PAGE, writable ? R | W : R, PRIVATE, -1, 0); }
ENTRY(boolean_parameter) { keep(by_boolean(a == 1)); return 0; }
ENTRY(boolean_parameter_false) { keep(by_boolean(0)); return 0; }

static APART void *by_enum(int kind) {
  static const int protections[] = {R, R | W, PROT_NONE};
  return mmap(0, PAGE, protections[kind], PRIVATE, -1, 0);
}
ENTRY(enum_parameter) { keep(by_enum(a & 1)); return 0; }
ENTRY(enum_parameter_third) { keep(by_enum(2)); return 0; }

static APART int protection_for(long kind) {
  switch (kind) {
    case 0: return R;
    case 1: return R | W;
    case 2: return PROT_NONE;
    default: return R;
  }
}
ENTRY(result_of_switch) { map(protection_for(a)); return 0; }
static APART int protection_of_flags(long flags) {
  int prot = PROT_NONE;
  if (flags & 1) prot |= R;
  if (flags & 2) prot |= W;
  return prot;
}
ENTRY(result_of_flags) { map(protection_of_flags(a)); return 0; }
static APART int loader_protection(unsigned flags) {
  return (flags & 4 ? R : 0) | (flags & 2 ? W : 0) | (flags & 1 ? X : 0);
}
ENTRY(segment_flags) { map(loader_protection((unsigned)a)); return 0; }

static inline void *inlined(int prot) { return mmap(0, PAGE, prot & ~X, PRIVATE, -1, 0); }
ENTRY(static_inline) { keep(inlined((int)a & 7)); return 0; }

static APART void *eighth(long p0, long p1, long p2, long p3, long p4, long p5, long p6, int prot, long last) {
  outside(p0 + p1 + p2 + p3 + p4 + p5 + p6 + last);
  return mmap(0, PAGE, prot, PRIVATE, -1, 0);
}
ENTRY(parameter_on_stack) { keep(eighth(1, 2, 3, 4, 5, 6, 7, b ? R | W : R, a)); return 0; }

static APART void *variadic(const char *what, ...) {
  va_list rest;
  va_start(rest, what);
  int prot = va_arg(rest, int);
  va_end(rest);
  return mmap(0, PAGE, prot == R ? R : R | W, PRIVATE, -1, 0);
}
ENTRY(variadic_chooses) { keep(variadic("prot", a & 1 ? R : W)); return 0; }

/* SQLite's table of system calls: a name, what is called, what was called at first. */
typedef void (*any_function)(void);
static struct { const char *name; any_function current, initial; } system_calls[] = {
  {"getpid", (any_function)getpid, 0},
  {"mmap", (any_function)mmap, 0},
  {"munmap", (any_function)munmap, 0},
  {"mprotect", (any_function)mprotect, 0},
};
#define by_table_getpid ((pid_t (*)(void))system_calls[0].current)
#define by_table_mmap ((void *(*)(void *, size_t, int, int, int, off_t))system_calls[1].current)
#define by_table_mprotect ((int (*)(void *, size_t, int))system_calls[3].current)
ENTRY(system_call_table) {
  by_table_getpid();
  keep(by_table_mmap(0, PAGE, a == 0 ? R : R | W, MAP_SHARED, 3, 0));
  return 0;
}
ENTRY(system_call_table_protect) {
  sink = (void *)(long)by_table_mprotect(page, PAGE, b > 2 ? PROT_NONE : R);
  return 0;
}
any_function replaced(int which, any_function by) {
  if (which < 0 || which > 3) return 0;
  any_function old = system_calls[which].current;
  system_calls[which].initial = old;
  if (by) system_calls[which].current = by;
  return old;
}

struct methods { int version; void *(*create)(void *, size_t, int, int, int, off_t); int (*protect)(void *, size_t, int); };
static const struct methods methods = {1, mmap, mprotect};
ENTRY(constant_methods) {
  keep(methods.create(0, PAGE, b == 1 ? R | W : R, PRIVATE, -1, 0));
  return 0;
}

ENTRY(pointer_local) {
  void *(*mapping)(void *, size_t, int, int, int, off_t) = mmap;
  outside(a);
  keep(mapping(0, PAGE, a > 1 ? R : R | W, PRIVATE, -1, 0));
  return 0;
}
static APART void *through(void *(*mapping)(void *, size_t, int, int, int, off_t), int prot) {
  return mapping(0, PAGE, prot, PRIVATE, -1, 0);
}
ENTRY(pointer_parameter) { keep(through(mmap, a > 1 ? R : R | W)); return 0; }

ENTRY(by_dlsym) {
  void *(*mapping)(void *, size_t, int, int, int, off_t) =
    (void *(*)(void *, size_t, int, int, int, off_t))dlsym(RTLD_DEFAULT, "mmap");
  if (!mapping) return 1;
  keep(mapping(0, PAGE, a & 1 ? R | W : R, PRIVATE, -1, 0));
  return 0;
}

ENTRY(tail_call) { return (long)mmap(0, PAGE, a & 1 ? R | W : R, PRIVATE, -1, 0); }
ENTRY(tail_call_protect) { return mprotect(page, PAGE, b ? R : PROT_NONE); }
static APART void *tail_inner(int prot) { return mmap(0, PAGE, prot, PRIVATE, -1, 0); }
ENTRY(tail_call_of_wrapper) { return (long)tail_inner(a > 2 ? R | W : R); }

static APART long recursive(long depth, int prot) {
  if (depth <= 0) { map(prot); return 0; }
  return recursive(depth - 1, prot) + 1;
}
ENTRY(recursion) { return recursive(b, a & 1 ? R | W : R); }
